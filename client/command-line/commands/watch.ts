import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { AnyStatus } from '../../process-kinds.ts';
import type { Act } from '../act.ts';
import { incomplete } from '../describe-process.ts';
import { hearEvents } from '../hear-events.ts';
import { createLiveView } from '../live-view.ts';
import { type Change, changesBetween, hasEnded } from '../status-changes.ts';
import { processArgument } from './follow.ts';

/** The mail about the end leaves a moment after it. */
const lastEvents = 500;

export function addWatchCommand(program: Command, act: Act): void {
  program
    .command('watch')
    .description('follow a process and its events to the end')
    .argument(...processArgument)
    .action(
      act(async (session, name: string) => {
        const process = await session.process(name);
        const { client, id } = process;
        const view = session.json ? undefined : createLiveView(process);
        const changes: Change[] = [];
        const tell = (news: readonly Change[], status?: AnyStatus) => {
          changes.push(...news);
          if (news.length > 0) view?.show(news, status);
        };
        const note = (message: string) => view?.note(message);
        // The events of an order's processes all go by the order; a checkout has the order's own id.
        const orderId = process.kind === 'checkout' ? id : (await client.status()).orderId;
        const events = await hearEvents(session.addresses['AMQP_URL'], orderId ?? id, ({ name: event }) =>
          tell([{ time: new Date().toISOString(), what: `event ${event}` }]),
        );
        if (events.trouble) note(`events are not heard: ${events.trouble}`);

        let status: AnyStatus | undefined;
        for await (const next of client.changes(({ message }) => note(`${message}; trying again`))) {
          tell(changesBetween(status, next, new Date().toISOString()), next);
          if (status && hasEnded(next)) await delay(lastEvents);
          status = next;
        }
        await events.close();
        const { state = '', reason } = status ?? {};
        return { document: { status, changes }, text: '', complaint: incomplete(process, state, reason) };
      }),
    );
}
