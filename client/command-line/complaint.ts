import { CommanderError } from 'commander';
import { type FailureDetail, ServiceFailure } from '../../contracts/failures.ts';
import { shorten } from '../../contracts/foreign-text.ts';
import { BrokerConfigurationError } from '../../messaging/connection/errors.ts';
import { ProviderConfigurationError } from '../../platform/access/provider-configuration-error.ts';
import { ConfigurationError } from '../../platform/configuration.ts';
import { MissingKeyError } from '../../platform/payloads/missing-key.ts';
import { DamagedFileError } from '../../platform/state-file.ts';

/** What went wrong, in one line. */
export interface Complaint {
  /** A type of the failure catalogue, or one of those that docs/command-line.md lists. */
  readonly type: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly facts?: FailureDetail['facts'];
  /** 1 for a call that failed, 2 for wrong usage. */
  readonly exitCode: 1 | 2;
}

const longestMessage = 300;
const misconfigured = [BrokerConfigurationError, DamagedFileError, MissingKeyError, ProviderConfigurationError];
const remedy = 'start the system with `npm start`';

/** Any error as a complaint: never a stack trace, always one line. */
export function complaintOf(error: unknown): Complaint {
  if (error instanceof CommanderError) {
    return { type: 'Usage', message: oneLine(usageMessage(error)), exitCode: 2 };
  }
  if (error instanceof ServiceFailure) {
    const { field, facts } = error.detail;
    const isBroken = error.type === 'Unavailable' && error.cause !== undefined;
    const message = isBroken ? `${error.message}; ${remedy}` : error.message;
    return complain({ type: error.type, message, field, facts });
  }
  if (misconfigured.some((kind) => error instanceof kind)) {
    return complain({ type: 'Misconfigured', message: (error as Error).message });
  }
  if (error instanceof ConfigurationError) {
    return complain({ type: 'NotRunning', message: error.message });
  }
  return complain({ type: 'Defect', message: error instanceof Error ? error.message : String(error) });
}

/** A complaint about a call that failed; a text from outside is cut to one readable line. */
export function complain({ type, message, field, facts }: Omit<Complaint, 'exitCode'>): Complaint {
  return {
    type,
    message: oneLine(message),
    ...(field && { field: oneLine(field) }),
    ...(facts && { facts }),
    exitCode: 1,
  };
}

function usageMessage({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'name a command; --help lists them';
  return `${message.replace(/^error: /, '').replace(/\.$/, '')}; --help shows the usage`;
}

/** Cuts a text of others to one readable line. */
export const oneLine = (text: string, longest = longestMessage): string =>
  shorten(text.replace(/\s+/gu, ' ').trim(), longest);
