import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { invoiceRemindersId, invoiceRemindersWorkflow } from '../../workflows/invoice-reminders/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { CheckoutEnvironment } from './environment.ts';
import { FakeServices, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ withBackOffice: true });
});

afterAll(() => environment?.close());

test('reminds batch by batch until none is left, also when billing is away for a while', async () => {
  const services = new FakeServices();
  services.billing.due = 1_201;
  services.interfere('remindDue', { before: (attempt) => (attempt <= 3 ? refuse('Unavailable')() : undefined) });
  const handle = await environment.startProviderProcess<{ reminded: number }>(
    services,
    invoiceRemindersWorkflow,
    invoiceRemindersId,
    {},
    { taskQueue: taskQueues.backOffice },
  );
  expect(await handle.result()).toEqual({ reminded: 1_201 });
  expect(services.billing.due).toBe(0);
});
