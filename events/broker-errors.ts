import { ConfigurationError } from '../platform/configuration.ts';

/** AMQP_URL is wrong, or the broker refuses it: one line that says what to mend. Retrying does not help. */
export class BrokerConfigurationError extends ConfigurationError {}

/** The broker cannot be reached or did not confirm; the same call may succeed later. */
export class BrokerUnavailableError extends Error {
  override readonly name = 'BrokerUnavailableError';
}

/** The broker refused a message because a queue is full or has lost its quorum; the same call may succeed later. */
export class MessageRefusedError extends Error {
  override readonly name = 'MessageRefusedError';
}

/** No queue takes a message of this routing key. */
export class UnroutableMessageError extends Error {
  override readonly name = 'UnroutableMessageError';
}

/** What a failed connect means when no retry can mend it; `undefined` for a broker that is merely down. */
export function permanentError(error: unknown, address: string): BrokerConfigurationError | undefined {
  const message = error instanceof Error ? error.message : '';
  if (/ACCESS[_-]REFUSED/.test(message)) {
    return new BrokerConfigurationError(`AMQP_URL is wrong: the broker at ${address} refuses its user and password`);
  }
  // The client library keeps the broker's reason to itself.
  if (/Expected ConnectionOpenOk; got <ConnectionClose/.test(message)) {
    return new BrokerConfigurationError(
      `AMQP_URL is wrong: the virtual host of ${address} does not exist, or its user may not use it`,
    );
  }
  return undefined;
}
