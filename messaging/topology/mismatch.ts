import { ConfigurationError } from '../../platform/configuration.ts';

/** One argument in which the broker differs. */
export interface Mismatch {
  /** `queue 'tracking-page.events.v1'` */
  readonly object: string;
  readonly argument: string;
  readonly expected: string;
  readonly actual: string;
}

/** The broker has a queue or an exchange of this name with other arguments, which cannot be changed. */
export class TopologyMismatchError extends ConfigurationError {
  override readonly name = 'TopologyMismatchError';
  /** The queue or exchange. */
  readonly object: string;
  readonly argument: string;

  constructor({ object, argument, expected, actual }: Mismatch) {
    const remedy = object.startsWith('queue')
      ? 'stop its consumers and run `npm run cli -- topology migrate` (another project: migrateQueues), which moves its messages to a new one'
      : 'delete it while nothing is published; it is re-declared at the next start';
    super(
      `${object} exists on the broker with another ${argument}: ${actual || "''"} instead of ${expected || "''"}; ${remedy}`,
    );
    this.object = object;
    this.argument = argument;
  }
}

/**
 * Reads the broker's refusal of a declaration: `PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue
 * 'tracking-page.events.v1' in vhost '/': received the value '20' of type 'signedint' but current is none`
 */
export function mismatchOf(error: unknown): Mismatch | undefined {
  const message = error instanceof Error ? error.message : '';
  const match =
    /inequivalent arg '(?<argument>[^']+)' for (?<object>(?:queue|exchange) '[^']+').*: received (?<expected>.+) but current is (?<actual>.+?)"?$/s.exec(
      message,
    );
  if (!match?.groups) return undefined;
  const { argument = '', object = '', expected = '', actual = '' } = match.groups;
  return { object, argument, expected: plainValue(expected), actual: plainValue(actual) };
}

/** `the value '20' of type 'signedint'`, `'true'` or `none` */
const plainValue = (text: string) => /'([^']*)'/.exec(text)?.[1] ?? text;
