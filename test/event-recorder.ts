import type { EventName } from '../events/contracts/index.ts';
import type { IntegrationEvent } from '../events/integration-event.ts';
import { listenForEvents } from '../events/listener.ts';
import type { EventListener, ListenerOptions } from '../messaging/consuming/listener.ts';

/** Remembers every event that it hears. */
export interface EventRecorder extends EventListener {
  /** All events heard so far, in the order of arrival. */
  readonly events: readonly IntegrationEvent[];
  /**
   * The first event of this name that meets the predicate, of those heard already or to come.
   *
   * @throws {Error} that tells what was heard instead, after ten seconds
   */
  waitFor<Name extends EventName>(
    name: Name,
    predicate?: (event: IntegrationEvent<Name>) => boolean,
  ): Promise<IntegrationEvent<Name>>;
}

const patience = 10_000;

/** Records all events from now on, as {@link listenForEvents} hears them. */
export async function recordEvents(
  amqpUrl: string,
  options: Partial<Pick<ListenerOptions<IntegrationEvent>, 'topology' | 'logger'>> = {},
): Promise<EventRecorder> {
  const events: IntegrationEvent[] = [];
  const waiting = new Set<(event: IntegrationEvent) => void>();
  const onEvent = (event: IntegrationEvent) => {
    events.push(event);
    for (const notice of waiting) notice(event);
  };
  const { close } = await listenForEvents(amqpUrl, { ...options, onEvent });
  return {
    events,
    waitFor<Name extends EventName>(
      name: Name,
      predicate: (event: IntegrationEvent<Name>) => boolean = () => true,
    ): Promise<IntegrationEvent<Name>> {
      const fits = (event: IntegrationEvent): event is IntegrationEvent<Name> & IntegrationEvent =>
        event.name === name && predicate(event as unknown as IntegrationEvent<Name>);
      const heard = events.find(fits);
      if (heard) return Promise.resolve(heard);
      return new Promise((resolve, reject) => {
        const notice = (event: IntegrationEvent) => {
          if (!fits(event)) return;
          clearTimeout(timer);
          waiting.delete(notice);
          resolve(event);
        };
        const timer = setTimeout(() => {
          waiting.delete(notice);
          const others = events.slice(-20).map((event) => `${event.name} of ${event.subject}`);
          reject(new Error(`no ${name} came within ${patience} ms; the last heard: ${others.join(', ') || 'none'}`));
        }, patience);
        waiting.add(notice);
      });
    },
    close,
  };
}
