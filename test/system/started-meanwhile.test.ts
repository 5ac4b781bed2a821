import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { askWorkflow, requireNotCutOff } from '../../client/workflow-ends.ts';
import { statusOf } from '../../client/workflow-status.ts';
import type { CheckoutStatus } from '../../workflows/checkout/contract.ts';
import { checkoutProcess } from '../../workflows/checkout/definition.ts';
import { checkoutWorkflowId, statusQuery } from '../../workflows/checkout/messages.ts';
import { type Clients, openClients } from '../clients.ts';
import { newCart, stockOwnProduct } from './command-line-expectations.ts';
import { startBare } from './temporal-means.ts';

let clients: Clients;

beforeAll(async () => {
  clients = await openClients();
  await stockOwnProduct(clients.services);
});

afterAll(() => clients?.connection.close());

/** A terminated checkout; right after the first look at it another run begins, and waits for its customer. */
async function startedMeanwhile() {
  const { checkouts, temporal } = clients;
  const input = newCart();
  const { checkoutId, orderId } = await checkouts.startCheckout(input);
  const handle = temporal.workflow.getHandle(checkoutWorkflowId(checkoutId));
  await handle.terminate('too late');
  const { describe: look } = handle;
  handle.describe = async () => {
    const description = await look.call(handle);
    handle.describe = look;
    await startBare(temporal, input);
    return description;
  };
  return { checkoutId, orderId, handle, subject: { process: checkoutProcess, id: checkoutId } };
}

const tooLate = { type: 'InvalidState', message: expect.stringContaining('too late') };

describe('a checkout that was terminated, and is started again while people look at it', () => {
  test('has the status that it had', async () => {
    const { checkoutId, orderId, handle, subject } = await startedMeanwhile();
    const idsOf = () => ({ checkoutId, orderId });
    const status = await statusOf<CheckoutStatus>(clients.temporal, handle, { query: statusQuery, subject, idsOf });
    expect(status).toMatchObject({ state: 'terminated', checkoutId });
    await handle.cancel();
  });

  test('was cut off', async () => {
    const { handle, subject } = await startedMeanwhile();
    await expect(requireNotCutOff(handle, subject)).rejects.toMatchObject(tooLate);
    await handle.cancel();
  });

  test('had ended before it was asked', async () => {
    const { handle, subject } = await startedMeanwhile();
    const asked = askWorkflow(handle, subject, String, () =>
      Promise.reject(new WorkflowNotFoundError('it has ended', handle.workflowId, undefined)),
    );
    await expect(asked).rejects.toMatchObject(tooLate);
    await handle.cancel();
  });
});
