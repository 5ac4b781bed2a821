import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import proto from '@temporalio/proto';
import { launchMonthlyInvoicingWorkflow } from '../../workflows/monthly-invoicing/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { servicesOf } from './community-services.ts';
import { CheckoutEnvironment } from './environment.ts';
import type { FakeServices } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ withBackOffice: true });
});

afterAll(() => environment?.close());

describe('what a schedule starts', () => {
  const scheduledStartTime = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

  // The dev server has it from the start, the one that skips time has not.
  beforeAll(async () => {
    const { operatorService } = environment.client.connection as Connection;
    const type = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_DATETIME;
    await operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: { [scheduledStartTime.name]: type },
    });
  });

  const launch = (services: FakeServices, communityId: string, scheduled: string) => {
    const workflowId = `monthly-invoicing/${communityId}-${scheduled}`;
    environment.share(services, [workflowId, `monthly-invoicing/${communityId}/2026-02`]);
    return environment.client.workflow.start(launchMonthlyInvoicingWorkflow, {
      ...{ workflowId, taskQueue: taskQueues.backOffice, args: [{ communityId }] },
      typedSearchAttributes: new TypedSearchAttributes([{ key: scheduledStartTime, value: new Date(scheduled) }]),
    });
  };

  test('invoices the month that its time zone had when it was meant to start, however late it is', async () => {
    const services = servicesOf(3);
    services.communities.timeZone = 'Pacific/Kiritimati';
    const communityId = `community-${randomUUID()}`;
    // It is 06:00 on the first of February there.
    const handle = await launch(services, communityId, '2026-01-31T16:00:00Z');
    expect(await handle.result()).toMatchObject({ invoicingId: `${communityId}/2026-02`, created: 3 });
  });

  test('leaves a month alone that was invoiced before', async () => {
    const services = servicesOf(3);
    const communityId = `community-${randomUUID()}`;
    await (await launch(services, communityId, '2026-02-01T05:00:00Z')).result();
    expect(await (await launch(services, communityId, '2026-02-02T05:00:00Z')).result()).toBeUndefined();
    expect(services.billing.told).toHaveLength(1);
  });
});
