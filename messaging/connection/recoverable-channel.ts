import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import type { Logger } from '../../platform/logging.ts';
import { close } from '../amqp/close.ts';

export interface ChannelDefinition {
  /** For the log. */
  readonly name: string;
  /**
   * Sets the channel up; called for every new one. What it began with an earlier channel is void.
   */
  open(channel: ConfirmChannel): Promise<void>;
  /** The channel is gone; another one is on its way unless the component was stopped. */
  closed?(channel: Channel): void;
}

/** What the connection is told of its channels. */
export interface ChannelNotices {
  stopped(): void;
  /** The broker has closed the channel for this error. */
  refused(error: unknown): void;
}

const firstDelay = 100;
const longestDelay = 5_000;

/** A confirm channel that is opened again when the broker, an error or a lost connection closed it. */
export class RecoverableChannel {
  /** Resolves when the channel was set up for the first time. */
  readonly ready: Promise<void>;
  #channel: ConfirmChannel | undefined;
  #model: ChannelModel | undefined;
  #stopped = false;
  #delay = firstDelay;
  #retry: NodeJS.Timeout | undefined;
  readonly #definition: ChannelDefinition;
  readonly #logger: Logger;
  readonly #notices: ChannelNotices;
  readonly #becameReady: () => void;

  constructor(definition: ChannelDefinition, logger: Logger, notices: ChannelNotices) {
    this.#definition = definition;
    this.#logger = logger;
    this.#notices = notices;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#becameReady = resolve;
  }

  /** Called by the connection, each time it is established again. */
  connected(model: ChannelModel): void {
    this.#model = model;
    this.#delay = firstDelay;
    void this.#open(model);
  }

  /** Called by the connection, when it is lost. */
  disconnected(): void {
    this.#model = undefined;
  }

  /** Closes the channel, so that a new one is opened: what the broker had delivered on it is delivered again. */
  restart(): void {
    if (this.#channel) void close(this.#channel);
  }

  /** Closes the channel for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#notices.stopped();
    if (this.#channel) await close(this.#channel);
  }

  async #open(model: ChannelModel): Promise<void> {
    clearTimeout(this.#retry);
    let channel: ConfirmChannel | undefined;
    try {
      channel = await model.createConfirmChannel();
      if (this.#stopped || this.#model !== model) return await close(channel);
      this.#watch(channel, model);
      await this.#definition.open(channel);
      this.#delay = firstDelay;
      this.#becameReady();
    } catch (error) {
      this.#logger.warn({ err: error, channel: this.#definition.name }, 'the channel could not be set up');
      if (!channel) this.#openLater(model);
      else if (this.#channel === channel) await close(channel);
    }
  }

  #watch(channel: ConfirmChannel, model: ChannelModel): void {
    this.#channel = channel;
    channel.on('error', (error) => {
      this.#logger.warn({ err: error, channel: this.#definition.name }, 'the broker closed a channel');
      this.#notices.refused(error);
    });
    channel.on('close', () => {
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      this.#definition.closed?.(channel);
      this.#openLater(model);
    });
  }

  #openLater(model: ChannelModel): void {
    if (this.#stopped || this.#model !== model) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (this.#model === model && !this.#stopped) void this.#open(model);
    }, this.#delay);
    this.#delay = Math.min(this.#delay * 2, longestDelay);
  }
}
