import { isIP } from 'node:net';
import type { TlsFiles } from '../../parts/index.ts';
import { ConfigurationError, readVariable } from '../../platform/configuration.ts';
import { requireHost } from '../../platform/listening.ts';
import { isLoopback } from '../../platform/shell.ts';
import { readProfile, temporalSettings } from '../../platform/temporal-client.ts';
import {
  describeAllowance,
  isReadable,
  refuseReadable,
  refuseReadableServer,
} from '../../platform/transport/clear-text.ts';
import { readServerCertificate } from '../../platform/transport/server-certificate.ts';
import type { RoleName } from '../../roles/roles.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** How Temporal's own variables begin. */
export const temporalNames = 'TEMPORAL_';

/** What of the system is outside of it, as the shell's variables name it; doubles of it are not started then. */
export interface OutsideServices {
  /** The payment provider's address and key, and the secret that its webhooks are signed with. */
  readonly paymentProvider?: { readonly url: string; readonly key?: string; readonly webhookSecret?: string };
  /** The mail server. */
  readonly mailServer?: string;
  /** The address that the processes listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** By which the processes speak TLS. Default: clear text, on this machine alone. */
  readonly tls?: TlsFiles;
}

/** The roles that stand in for something outside, and are not started where it is named. */
export const doublesReplacedBy = ({ paymentProvider, mailServer }: OutsideServices): readonly RoleName[] => [
  ...(paymentProvider ? (['payment-simulator'] as const) : []),
  ...(mailServer ? (['mail-sink'] as const) : []),
];

/** The addresses of what is outside. */
export const outsideAddresses = ({ paymentProvider, mailServer }: OutsideServices) => [
  paymentProvider?.url,
  mailServer,
];

/**
 * Reads what is named outside of the system.
 *
 * @throws {ConfigurationError} when a variable is wrong, or lacks another one that it needs
 */
export async function readOutsideServices(shell: Variables = process.env): Promise<OutsideServices> {
  const host = shell['HOST'];
  const listensElsewhere = host !== undefined && isAddress(host);
  if (listensElsewhere) await requireHost(host);
  const tls = readTls(shell);
  const paymentProvider = readPaymentProvider(shell);
  const mailServer = shell['SMTP_URL'];
  if (mailServer) requireUrl('SMTP_URL', mailServer, /^smtps?:$/, 'smtp://host:port, or smtps');
  for (const name of ['AMQP_URL', 'DATABASE_URL', 'SMTP_URL']) {
    const refusal = shell[name] && refuseReadable(name, shell[name], shell);
    if (refusal) throw new ConfigurationError(`${name} is wrong: ${refusal}`);
  }
  if (shell['TEMPORAL_ADDRESS']) temporalSettings(shell);
  const refusal = listensElsewhere ? refuseReadableServer('PORT', shell) : undefined;
  if (refusal) throw new ConfigurationError(`HOST is wrong: ${refusal}`);
  return {
    ...(paymentProvider && { paymentProvider }),
    ...(mailServer && { mailServer }),
    ...(listensElsewhere && { host }),
    ...(tls && { tls }),
  };
}

/** Secrets that a shell may name by files. */
const secrets = [
  'AMQP_URL',
  'DATABASE_URL',
  'SMTP_URL',
  'RABBITMQ_MANAGEMENT_URL',
  'PAYMENT_PROVIDER_KEY',
  'PAYMENT_WEBHOOK_SECRET',
  'TEMPORAL_API_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

/**
 * Puts the secrets into the shell's environment that it names by files (`DATABASE_URL_FILE`).
 *
 * @throws {ConfigurationError} when a file cannot be read
 */
export function takeSecrets(shell: Record<string, string | undefined> = process.env): void {
  for (const name of secrets) {
    const value = readVariable(name, shell);
    if (value === undefined) continue;
    shell[name] = value;
    delete shell[`${name}_FILE`];
  }
}

function readTls(shell: Variables): TlsFiles | undefined {
  if (!readServerCertificate(shell)) return undefined;
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, NODE_EXTRA_CA_CERTS: authority } = shell;
  if (cert && key && authority) return { cert, key, authority };
  throw new ConfigurationError(
    'NODE_EXTRA_CA_CERTS is missing: the processes call each other, and need the authority of TLS_CERT_FILE; name its file',
  );
}

function readPaymentProvider(shell: Variables): OutsideServices['paymentProvider'] {
  const { PAYMENT_PROVIDER_URL: url, PAYMENT_PROVIDER_KEY: key, PAYMENT_WEBHOOK_SECRET: webhookSecret } = shell;
  if (!url) return undefined;
  requireUrl('PAYMENT_PROVIDER_URL', url, /^https?:$/, 'https://api.stripe.com');
  if (isReadable(url)) {
    throw new ConfigurationError(
      'PAYMENT_PROVIDER_URL is wrong: the secret key and the payments would leave this machine in clear text; use https://',
    );
  }
  if (!key && !isLoopback(url)) {
    throw new ConfigurationError(
      `PAYMENT_PROVIDER_KEY is missing: the provider of PAYMENT_PROVIDER_URL, ${withoutPassword(url)}, needs its secret key; ` +
        'set it, or unset PAYMENT_PROVIDER_URL for the simulator',
    );
  }
  return { url, ...(key && { key }), ...(webhookSecret && { webhookSecret }) };
}

function requireUrl(name: string, value: string, protocol: RegExp, example: string): void {
  if (URL.canParse(value) && protocol.test(new URL(value).protocol)) return;
  throw new ConfigurationError(`${name} is wrong: use ${example}, or unset it`);
}

/** A name is what some shells put there by themselves, such as `my-laptop.local` or `x86_64-conda-linux-gnu`. */
const isAddress = (host: string): boolean => isIP(host) !== 0 || host === 'localhost';

const withoutPassword = (address: string): string => address.replace(/:\/\/([^:/@]*):[^@/]*@/, '://$1:…@');

/** What a variable decides, where it is set. */
const decided: Readonly<Record<string, string>> = {
  TLS_CERT_FILE: 'the processes speak TLS, with the certificate in',
  TEMPORAL_ADDRESS: 'Temporal is the one at',
  AMQP_URL: 'RabbitMQ is the one at',
  DATABASE_URL: 'PostgreSQL is the one at',
  PAYMENT_PROVIDER_URL: 'the simulator is not started; payments go to',
  SMTP_URL: 'the mail sink is not started; mails go to',
  TEMPORAL_BINARY: "Temporal's program is",
  RABBITMQ_SERVER: "RabbitMQ's program is",
  POSTGRES_BINARIES: "PostgreSQL's programs are in",
  PAYLOAD_KEYS_FILE: "Temporal's payloads are sealed with the keys in",
  OTEL_EXPORTER_OTLP_ENDPOINT: 'traces go to',
  OTEL_TRACES_FILE: 'traces are written to',
};

/** What is used, and which variable of the shell says so; the first lines of `npm start`. */
export function describeVariables(
  { host, paymentProvider }: OutsideServices,
  shell: Variables = process.env,
): string[] {
  const set = (name: string) => Boolean(shell[name]);
  const lines = Object.entries(decided).flatMap(([name, what]) =>
    set(name) ? [`${name} is set: ${what} ${withoutPassword(String(shell[name]))}`] : [],
  );
  const allowed = describeAllowance(shell);
  if (allowed) lines.push(allowed);
  if (host) lines.push(`HOST is set: the processes listen on ${host}`);
  else if (set('HOST')) {
    lines.push(
      `HOST is set to ${shell['HOST']}, which is not used: a name is what some shells put there. The processes listen on 127.0.0.1; set HOST to an address (::1, 0.0.0.0) to change that, or unset it`,
    );
  }
  if (paymentProvider && !paymentProvider.webhookSecret) {
    lines.push('PAYMENT_WEBHOOK_SECRET is not set: webhooks of the provider are refused until it is');
  }
  if (!paymentProvider && set('PAYMENT_PROVIDER_KEY')) {
    lines.push('PAYMENT_PROVIDER_KEY is not used: without PAYMENT_PROVIDER_URL payments go to the simulator');
  }
  const { address, apiKey } = set('TEMPORAL_ADDRESS') ? {} : (readProfile(shell) ?? {});
  const unused = [
    ...Object.keys(shell)
      .filter((name) => isOfTemporal(name) && set(name))
      .sort(),
    ...(address || apiKey ? [`the profile ${shell['TEMPORAL_PROFILE'] || 'default'}`] : []),
  ];
  if (!set('TEMPORAL_ADDRESS') && unused.length > 0) {
    lines.push(`Temporal is the local one: ${unused.join(', ')} without TEMPORAL_ADDRESS is not used`);
  }
  const ours = ['TEMPORAL_ADDRESS', 'AMQP_URL', 'DATABASE_URL', 'PAYMENT_PROVIDER_URL', 'SMTP_URL'] as const;
  const own = {
    TEMPORAL_ADDRESS: 'Temporal',
    AMQP_URL: 'RabbitMQ',
    DATABASE_URL: 'PostgreSQL',
    PAYMENT_PROVIDER_URL: 'a payment simulator',
    SMTP_URL: 'a mail sink',
  };
  const started = ours.filter((name) => !set(name)).map((name) => own[name]);
  return started.length > 0 ? [...lines, `Started here: ${started.join(', ')}`] : lines;
}

/** Without the program, which is used, and the page, which is only shown. */
const isOfTemporal = (name: string): boolean =>
  name.startsWith(temporalNames) &&
  !['TEMPORAL_BINARY', 'TEMPORAL_UI_URL', 'TEMPORAL_TEST_SERVER_BINARY'].includes(name);
