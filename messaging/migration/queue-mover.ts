import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import { close } from '../amqp/close.ts';
import { lookAtQueue } from '../amqp/scratch-channel.ts';
import { dialledAs } from '../connection/dial.ts';
import { MessageRefusedError, UnroutableMessageError } from '../connection/errors.ts';
import { firstPublisher, publisherHeader } from '../publishing/first-publisher.ts';
import { type KeptProperties, keepProperties } from '../publishing/kept-properties.ts';

const atOnce = 200;
const pause = 50;

/** A queue whose messages are to be moved has consumers. */
export class ConsumersAttachedError extends Error {
  override readonly name = 'ConsumersAttachedError';
}

/**
 * Moves messages from one queue to another: each is acknowledged only when the broker has confirmed its copy. A crash
 * in between leaves a copy in both, with the same message id, and loses none.
 */
export class QueueMover {
  readonly #model: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #from: string;
  readonly #to: string;
  #inFlight = 0;
  #moved = 0;
  #error: Error | undefined;

  private constructor(model: ChannelModel, channel: ConfirmChannel, from: string, to: string) {
    this.#model = model;
    this.#channel = channel;
    this.#from = from;
    this.#to = to;
  }

  static async start(model: ChannelModel, from: string, to: string): Promise<QueueMover> {
    const channel = await model.createConfirmChannel();
    const mover = new QueueMover(model, channel, from, to);
    channel.on('error', (error) => mover.#fail(error));
    channel.on('return', () => mover.#fail(new UnroutableMessageError(`there is no queue ${to}`)));
    await channel.prefetch(atOnce);
    // The broker's `null` says that the queue is gone, which ends the work of a mover.
    await channel.consume(from, (message) => message && mover.#move(message));
    return mover;
  }

  /** How many messages were moved. */
  get moved(): number {
    return this.#moved;
  }

  /** Resolves when as many messages were moved as there are now, or the queue is empty. */
  async backlogMoved(): Promise<void> {
    const goal = this.#moved + this.#inFlight + ((await lookAtQueue(this.#model, this.#from))?.messages ?? 0);
    while (this.#moved < goal && !(await this.#isEmpty())) await delay(pause);
  }

  /** Resolves when nothing is left. */
  async emptied(): Promise<void> {
    // Twice: what another queue was just handing over is there at the second look.
    for (let empty = 0; empty < 2; empty = (await this.#isEmpty()) ? empty + 1 : 0) await delay(pause);
  }

  /**
   * Deletes the emptied queue while its messages still come here: one that arrives at the last moment is moved as well.
   */
  async deleteQueue(): Promise<void> {
    await this.#channel.deleteQueue(this.#from);
    while (this.#inFlight > 0) {
      this.#check();
      await delay(pause);
    }
  }

  /** Closes the channel; what was not yet confirmed stays in its queue. */
  close(): Promise<void> {
    return close(this.#channel);
  }

  async #isEmpty(): Promise<boolean> {
    this.#check();
    const queue = await lookAtQueue(this.#model, this.#from);
    if (!queue) return this.#inFlight === 0;
    if (queue.consumers > 1) {
      throw new ConsumersAttachedError(
        `another consumer has come to queue '${this.#from}' while its messages were moved: stop it and run this again, which goes on where it stopped`,
      );
    }
    return queue.messages === 0 && this.#inFlight === 0;
  }

  #check(): void {
    if (this.#error) throw this.#error;
  }

  #move(message: ConsumeMessage): void {
    this.#inFlight += 1;
    this.#channel.sendToQueue(this.#to, message.content, propertiesOf(message, dialledAs(this.#model)), (error) => {
      if (error) return this.#fail(new MessageRefusedError(`queue '${this.#to}' takes no messages: ${error.message}`));
      if (this.#error) return;
      this.#channel.ack(message);
      this.#inFlight -= 1;
      this.#moved += 1;
    });
  }

  #fail(error: Error): void {
    this.#error ??= error;
  }
}

/** The message as it was, and where and of whom it came: the broker overwrites that on every hop. */
function propertiesOf({ fields, properties }: ConsumeMessage, user: string | undefined): Options.Publish {
  const { headers, ...kept } = keepProperties(properties);
  const origin = fields.exchange && {
    'x-original-exchange': fields.exchange,
    'x-original-routing-key': fields.routingKey,
  };
  const publisher = { [publisherHeader]: firstPublisher(properties, [user]) };
  const story = { ...origin, ...deadReasonOf(properties.headers), ...headers, ...publisher };
  return { ...definedOnly(kept), ...(user && { userId: user }), headers: story, persistent: true, mandatory: true };
}

/** Why the broker itself has parked a message is in a header that no copy keeps. */
function deadReasonOf(headers: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const [last]: { reason?: unknown }[] = Array.isArray(headers['x-death']) ? headers['x-death'] : [];
  if (typeof last?.reason !== 'string' || last.reason === 'expired') return {};
  return { 'x-dead-reason': last.reason.replaceAll('_', '-') };
}

function definedOnly(values: Omit<KeptProperties, 'headers'>): Options.Publish {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
