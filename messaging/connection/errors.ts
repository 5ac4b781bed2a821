import { ConfigurationError } from '../../platform/configuration.ts';

/** AMQP_URL is wrong, or the broker refuses it: one line with the remedy. Retrying does not help. */
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

/** The broker would take no message of this size; it was not sent, and never will be as it is. */
export class MessageTooLargeError extends Error {
  override readonly name = 'MessageTooLargeError';
  /** In bytes. */
  readonly size: number;
  /** In bytes. */
  readonly limit: number;

  constructor(what: string, size: number, limit: number) {
    super(
      `${what} has ${size} bytes, and a message has at most ${limit}. Put less into it: what is large stays with its owner, and the message names it.`,
    );
    this.size = size;
    this.limit = limit;
  }
}
