import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { InvoicingResult } from '../../workflows/monthly-invoicing/contract.ts';
import {
  cancelInvoicingUpdate,
  continueUpdate,
  launchMonthlyInvoicingWorkflow,
  monthlyInvoicingWorkflow,
  monthlyInvoicingWorkflowId,
  pauseUpdate,
} from '../../workflows/monthly-invoicing/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { servicesOf } from '../workflows/community-services.ts';
import type { CheckoutEnvironment } from '../workflows/environment.ts';
import { type FakeServices, holdAfter, refuse } from '../workflows/fake-services.ts';

type Handle = Pick<WorkflowHandle, 'result' | 'fetchHistory'>;

const grace = { by: 'Grace Hopper', note: 'looked at it' };

/** Invoices a month; `act` does what people do while its first batch is issued. */
const invoicing =
  (prepare: (services: FakeServices) => void = () => undefined, act?: (handle: WorkflowHandle) => Promise<unknown>) =>
  async (environment: CheckoutEnvironment): Promise<Handle> => {
    const services = servicesOf(150);
    prepare(services);
    const held = act && holdAfter(services, 'issueBatch');
    const invoicingId = `community-${randomUUID()}/2026-02`;
    const handle = await environment.startProviderProcess<InvoicingResult>(
      ...([services, monthlyInvoicingWorkflow, monthlyInvoicingWorkflowId(invoicingId), { invoicingId }] as const),
      { taskQueue: taskQueues.backOffice },
    );
    await held?.reached;
    await act?.(handle);
    held?.goOn();
    await handle.result();
    return handle;
  };

/** What a schedule starts, so many times; the last one is recorded. */
const launch =
  (times: number) =>
  async (environment: CheckoutEnvironment): Promise<Handle> => {
    const services = servicesOf(150);
    const communityId = `community-${randomUUID()}`;
    const period = new Date(await environment.clock.now()).toISOString().slice(0, 7);
    environment.share(services, [monthlyInvoicingWorkflowId(`${communityId}/${period}`)]);
    const start = async (time: number) => {
      const handle = await environment.startProviderProcess<unknown>(
        ...([services, launchMonthlyInvoicingWorkflow, `launch/${communityId}-${time}`, { communityId }] as const),
        { taskQueue: taskQueues.backOffice },
      );
      await handle.result();
      return handle;
    };
    for (let time = 1; time < times; time++) await start(time);
    return start(times);
  };

/** Every way in which the invoicing of a month ends. */
export const monthlyInvoicingEndings = {
  'monthlyInvoicing-completed': invoicing(),
  'monthlyInvoicing-completed-after-outages': invoicing((services) => {
    for (const operation of ['findCommunity', 'openRun', 'listBillable', 'issueBatch', 'closeRun'] as const) {
      services.interfere(operation, { before: (attempt) => (attempt <= 4 ? refuse('Unavailable')() : undefined) });
    }
  }),
  'monthlyInvoicing-not-begun': invoicing(
    (services) => void services.interfere('openRun', { before: refuse('PeriodNotBegun') }),
  ),
  'monthlyInvoicing-paused-and-continued': invoicing(undefined, async (handle) => {
    await handle.executeUpdate(pauseUpdate, { args: [grace] });
    await handle.executeUpdate(continueUpdate, { args: [grace] });
  }),
  'monthlyInvoicing-cancelled': invoicing(undefined, (handle) =>
    handle.startUpdate(cancelInvoicingUpdate, { waitForStage: 'ACCEPTED' }),
  ),
  'launchMonthlyInvoicing-completed': launch(1),
  'launchMonthlyInvoicing-invoiced-before': launch(2),
};
