import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { failures, ServiceFailure } from '../../../contracts/failures.ts';
import type { CheckoutStatus } from '../../../workflows/checkout/contract.ts';
import type { CheckoutClient } from '../../checkout-client.ts';
import type { Act } from '../act.ts';
import { incomplete } from '../describe-checkout.ts';
import { hearEvents } from '../hear-events.ts';
import { createLiveView } from '../live-view.ts';
import { type Change, changesBetween, hasEnded } from '../status-changes.ts';

const interval = 500;
/** The mail about the end leaves a moment after it. */
const lastEvents = 500;

export function addWatchCommand(program: Command, act: Act): void {
  program
    .command('watch')
    .description('follow a checkout and its events to the end')
    .argument('<checkout>')
    .action(
      act(async (session, checkoutId: string) => {
        const { client, webPage } = await session.checkouts();
        const view = session.json ? undefined : createLiveView(webPage(checkoutId));
        const changes: Change[] = [];
        const tell = (news: readonly Change[], status?: CheckoutStatus) => {
          changes.push(...news);
          if (news.length > 0) view?.show(news, status);
        };
        const events = await hearEvents(session.addresses['AMQP_URL'], checkoutId, ({ name }) =>
          tell([{ time: new Date().toISOString(), what: `event ${name}` }]),
        );
        if (events.trouble) view?.note(`events are not heard: ${events.trouble}`);

        let status: CheckoutStatus | undefined;
        for (;;) {
          const before = status;
          status = (await look(client, checkoutId, (message) => view?.note(message))) ?? before;
          if (status) tell(changesBetween(before, status, new Date().toISOString()), status);
          if (status && hasEnded(status)) {
            if (before) await delay(lastEvents);
            break;
          }
          await delay(interval);
        }
        await events.close();
        return { document: { status, changes }, text: '', complaint: incomplete(status, status.state) };
      }),
    );
}

/** The status, or nothing while a part of the system is away: the checkout goes on, and so does whoever watches it. */
async function look(
  client: CheckoutClient,
  checkoutId: string,
  note: (message: string) => void,
): Promise<CheckoutStatus | undefined> {
  try {
    return await client.status(checkoutId);
  } catch (error) {
    if (!(error instanceof ServiceFailure && failures[error.type].retryable)) throw error;
    note(`${error.message}; trying again`);
    return undefined;
  }
}
