import { isLoopback } from '../shell.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Allows clear text beyond this machine: `true` everywhere, else for the variables whose names it holds, with commas. */
export const clearTextVariable = 'ALLOW_CLEAR_TEXT';

/** Which of the SDK's servers cannot speak TLS, by the variables of their ports. */
const withoutTls = ['TEMPORAL_METRICS_PORT'];

/**
 * Whether what is sent to an address can be read on its way: it leaves this machine, and its protocol is not encrypted, or does
 * not check who answers.
 *
 * @param address a URL
 */
export function isReadable(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const last = (name: string) => url.searchParams.getAll(name).at(-1);
  switch (url.protocol) {
    case 'https:':
    case 'amqps:':
      return false;
    case 'postgres:':
    case 'postgresql:': {
      // The address of the parameter counts before that of the URL; one that is a folder is a socket of this machine.
      const host = last('host') ?? url.hostname;
      return !host.startsWith('/') && !isLoopback(host) && last('sslmode') !== 'verify-full';
    }
    case 'smtps:':
    case 'smtp:': {
      const isEncrypted = url.protocol === 'smtps:' || last('requireTLS') === 'true';
      return !isLoopback(address) && !(isEncrypted && !url.searchParams.has('tls.rejectUnauthorized'));
    }
    default:
      return !isLoopback(address);
  }
}

const encrypted: Readonly<Record<string, string>> = {
  'http:': 'https://',
  'amqp:': 'amqps://',
  'postgres:': '?sslmode=verify-full',
  'postgresql:': '?sslmode=verify-full',
  'smtp:': 'smtps://, or ?requireTLS=true',
  'smtps:': 'it without tls.rejectUnauthorized',
};

/**
 * What is wrong with an address that a variable names; `undefined` where nothing is. The address itself, with its password, is
 * not part of the sentence.
 */
export function refuseReadable(name: string, address: string, environment: Environment): string | undefined {
  if (!isReadable(address) || allowsClearText(name, environment)) return undefined;
  const remedy = encrypted[new URL(address).protocol] ?? 'an encrypted protocol';
  return `what is sent there leaves this machine in clear text; use ${remedy}, or allow it with ${clearTextVariable}=${name}`;
}

/**
 * What is wrong with listening on `HOST`; `undefined` where nothing is.
 *
 * @param port the variable of the port
 */
export function refuseReadableServer(port: string, environment: Environment): string | undefined {
  const host = environment['HOST'];
  if (!host || isLoopback(host.includes(':') ? `[${host}]` : host)) return undefined;
  if ([port, 'HOST'].some((name) => allowsClearText(name, environment))) return undefined;
  if (withoutTls.includes(port)) {
    return `it would be served on ${host} in clear text, since Temporal's SDK has no TLS for it; unset it, or allow it with ${clearTextVariable}=${port}`;
  }
  if (environment['TLS_CERT_FILE']) return undefined;
  return `${host} is reached from other machines, in clear text; set TLS_CERT_FILE and TLS_KEY_FILE, or allow it with ${clearTextVariable}=HOST`;
}

/** What is allowed in clear text, for a line of the log; `undefined` where nothing is. */
export function describeAllowance(environment: Environment): string | undefined {
  const allowed = environment[clearTextVariable];
  if (!allowed || allowed === 'false') return undefined;
  return allowed === 'true'
    ? `${clearTextVariable} is set: whatever leaves this machine may be sent in clear text`
    : `${clearTextVariable} is set: what ${allowed} names may be sent in clear text`;
}

/** Whether clear text is allowed for a variable. */
export function allowsClearText(name: string, { [clearTextVariable]: allowed = '' }: Environment): boolean {
  return allowed === 'true' || allowed.split(',').some((each) => each.trim() === name);
}
