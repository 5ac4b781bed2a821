import { BrokerConfigurationError, BrokerUnavailableError } from './errors.ts';
import { shakeHands } from './handshake.ts';

/** Where the broker is, without login. */
export function addressOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** Whom an address logs in. */
export const userOf = ({ username }: URL): string => decodeURIComponent(username) || 'guest';

/** @throws {BrokerConfigurationError} when it is no address of a broker */
export function readBrokerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^amqps?:$/.test(url.protocol) || !url.hostname) {
    throw new BrokerConfigurationError('AMQP_URL is wrong: use amqp://user:password@host:port, or amqps');
  }
  for (const part of [url.username, url.password, url.pathname]) {
    if (/%(?![\da-f]{2})/i.test(part)) {
      throw new BrokerConfigurationError(
        'AMQP_URL is wrong: a % in its user, password or virtual host is written as %25',
      );
    }
  }
  for (const name of ['heartbeat', 'channelMax', 'frameMax']) {
    const value = url.searchParams.get(name);
    if (value !== null && !/^\d+$/.test(value)) {
      throw new BrokerConfigurationError(`AMQP_URL is wrong: ${name} is a whole number`);
    }
  }
  return url;
}

/**
 * What a failed connect means, in one line with the remedy: what only a person can fix is a configuration error, anything
 * else may pass.
 */
export async function explainConnectFailure(
  error: unknown,
  url: URL,
): Promise<BrokerConfigurationError | BrokerUnavailableError> {
  const address = addressOf(url);
  const wrong = (what: string) => new BrokerConfigurationError(`AMQP_URL is wrong: ${what}`);
  const away = (what: string) => new BrokerUnavailableError(what, { cause: error });
  const { code, message } = detailOf(error);

  if (code === 'ECONNREFUSED') return away(`nothing listens at ${address}: start RabbitMQ, or correct AMQP_URL`);
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) {
    return away(`the host of ${address} is not known: correct AMQP_URL, or see to the name service`);
  }
  if (/^(EHOSTUNREACH|ENETUNREACH)$/.test(code)) return away(`there is no way to ${address}: ${message}`);
  if (/ACCESS[_-]REFUSED/.test(message)) {
    return wrong(
      `the broker at ${address} refuses its user and password (guest may only log in on the broker's own machine)`,
    );
  }
  if (/SSL|EPROTO|TLS/.test(code)) {
    return /WRONG_VERSION|PACKET_LENGTH|UNEXPECTED_MESSAGE/.test(
      `${code} ${message.toUpperCase().replaceAll(' ', '_')}`,
    )
      ? wrong(`${address} speaks no TLS: use amqp://, or the broker's port for TLS, which is 5671 by default`)
      : wrong(`the broker at ${address} refuses the TLS connection: ${message}`);
  }
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_(GET|VERIFY)/.test(code)) {
    return wrong(
      `the certificate of ${address} is not trusted (${code}): name the file of its authority in NODE_EXTRA_CA_CERTS, and the host as the certificate does`,
    );
  }
  return explainAnswer(url, message, { wrong, away });
}

interface Verdicts {
  wrong(what: string): BrokerConfigurationError;
  away(what: string): BrokerUnavailableError;
}

async function explainAnswer(url: URL, message: string, { wrong, away }: Verdicts) {
  const address = addressOf(url);
  const answer = await shakeHands(url);
  switch (answer.kind) {
    case 'TLS only':
      return wrong(`${address} speaks TLS only: use amqps://`);
    case 'not AMQP':
      return wrong(
        `what listens at ${address} is no AMQP broker: RabbitMQ's port is 5672 by default, not that of its pages`,
      );
    case 'refused':
      return explainRefusal(url, answer.reason, { wrong, away });
    case 'silent':
      return away(`what listens at ${address} ends the connection or does not answer: is it RabbitMQ's port for AMQP?`);
    case 'accepted':
      return away(`the connection to ${address} failed: ${message}`);
  }
}

function explainRefusal(url: URL, reason: string, { wrong, away }: Verdicts) {
  const name = decodeURIComponent(url.pathname.slice(1)) || '/';
  const user = userOf(url);
  if (/vhost .* not found/.test(reason)) {
    return wrong(
      `the virtual host of ${addressOf(url)} does not exist: create it with \`rabbitmqctl add_vhost ${name}\`, or name another one`,
    );
  }
  if (/access to vhost .* refused for user '[^']*'$/.test(reason)) {
    return wrong(`${user} may not use the virtual host of ${addressOf(url)}: ${grant(name, user)}`);
  }
  return away(`the broker at ${addressOf(url)} refuses the connection: ${reason}`);
}

/** A refusal of the broker that only another permission can fix; `undefined` for any other error of a channel. */
export function explainMissingPermission(error: unknown): BrokerConfigurationError | undefined {
  const refusal =
    /ACCESS_REFUSED - (?:(?<kind>configure|write|read) )?access to (?<object>\w+ '[^']*') in vhost '(?<host>[^']*)' refused for user '(?<user>[^']*)'/.exec(
      detailOf(error).message,
    )?.groups;
  if (!refusal) return undefined;
  const { kind, object, host = '/', user = '' } = refusal;
  return new BrokerConfigurationError(
    `AMQP_URL is wrong: ${user} lacks the ${kind ? `permission to ${kind}` : 'permission for'} ${object} in virtual host ${host}: ${grant(host, user)}`,
  );
}

const grant = (host: string, user: string) =>
  `grant it with \`rabbitmqctl set_permissions -p ${host} ${user} '.*' '.*' '.*'\``;

/** Node collects the failures of several addresses of one host into one error. */
function detailOf(error: unknown): { readonly code: string; readonly message: string } {
  const { errors, code, message } = error as { errors?: unknown[]; code?: unknown; message?: unknown };
  if (errors?.[0]) return detailOf(errors[0]);
  return { code: String(code ?? ''), message: String(message ?? error) };
}
