import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerUpdate, statusQuery } from '../../workflows/checkout/messages.ts';
import { decideReviewUpdate } from '../../workflows/kit/card-payment/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { CheckoutEnvironment, type CheckoutHandle, checkoutRequest } from './environment.ts';
import { FakeServices, holdAfter, refuse } from './fake-services.ts';
import { by, resolve, servicesWithoutProvider } from './looked-after.ts';
import { skipToStatus, waitForStatus } from './wait-for-status.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

/** What the Web UI shows of a checkout, paragraph by paragraph, and its status at the same moment. */
async function look(handle: CheckoutHandle) {
  const status = await handle.query(statusQuery);
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return { status, shown: currentDetails.split('\n\n') };
}

/** How a step that has ended is shown. */
function ended(mark: string, { status }: Awaited<ReturnType<typeof look>>, name: string): string {
  const { startedAt = '', endedAt = '' } = status.steps.find((step) => step.name === name) ?? {};
  return `- ${mark} ${startedAt} ${name} (${Date.parse(endedAt) - Date.parse(startedAt)} ms)`;
}

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const shownStatus = async (handle: CheckoutHandle) =>
  (await handle.describe()).typedSearchAttributes.get(searchAttributes.checkoutStatus);

describe('the timeline of a checkout', () => {
  test('shows the step that is under way, and no total before there is one', async () => {
    const services = new FakeServices();
    const { reached, goOn } = holdAfter(services, 'findCustomer');
    const handle = await environment.start(services);
    await reached;
    const { status, shown } = await look(handle);
    expect(shown).toEqual(['**running**', `- … ${status.steps[0]?.startedAt} look up the customer and quote the cart`]);
    goOn();
    await handle.result();
  });

  test('shows a wait that has no end without one', async () => {
    const { services, recover } = servicesWithoutProvider();
    const handle = await environment.start(services);
    const { waitingFor } = await skipToStatus(environment, handle, ({ state }) => state === 'payment-unknown');
    expect((await look(handle)).shown).toContain(`**waits for the provider**: ${waitingFor?.message}`);
    recover();
    await handle.result();
  });

  test('shows whom it waits for, until when and where, and not any more once it goes on', async () => {
    const services = new FakeServices();
    const request = checkoutRequest({ paymentMethod: 'pm_card_authenticationRequired' });
    const handle = await environment.start(services, request);
    await handle.executeUpdate(answerUpdate);
    await waitForStatus(handle, ({ state }) => state === 'needs-action');
    const waiting = await look(handle);
    const { until, url } = waiting.status.waitingFor ?? {};
    expect(waiting.shown).toEqual([
      '**needs-action** · 59.98 USD',
      `**waits for the customer**: confirm the payment to the bank, until ${until}, ${url}`,
      ended('✓', waiting, 'look up the customer and quote the cart'),
      ended('✓', waiting, 'place the order'),
      ended('✓', waiting, 'reserve the stock'),
      `- … ${waiting.status.steps.at(-1)?.startedAt} authorize the payment`,
    ]);
    expect(await shownStatus(handle)).toBe('needs-action');

    services.completeChallenge();
    await handle.result();
    const done = await look(handle);
    expect(done.status.steps.map(({ state }) => state)).toEqual(Array(6).fill('done'));
    expect(done.status).toMatchObject({ undone: [], decisions: [], needsOperator: [] });
    expect(done.status).not.toHaveProperty('waitingFor');
    expect(done.shown).toEqual([
      '**completed** · 59.98 USD',
      ...done.status.steps.map(({ name }) => ended('✓', done, name)),
    ]);
  });

  test('shows that a reviewer is waited for without a page to go to, and who decided what and why', async () => {
    const handle = await environment.start(
      new FakeServices(),
      checkoutRequest({ paymentMethod: 'pm_card_riskLevelElevated' }),
    );
    const { waitingFor } = await waitForStatus(handle, ({ state }) => state === 'in-review');
    const { shown } = await look(handle);
    expect(shown[1]).toBe(`**waits for the reviewer**: ${waitingFor?.message}, until ${waitingFor?.until}`);
    await handle.executeUpdate(decideReviewUpdate, { args: [{ decision: 'approve', ...by }] });
    await handle.result();
    const done = await look(handle);
    const [decision] = done.status.decisions;
    expect(done.shown.at(-1)).toBe(`- ☞ ${decision?.at} ${decision?.what}: approve, by ${by.by}: ${by.note}`);
  });

  test('shows why it is on its way back, what was undone, and what an operator looks after', async () => {
    const services = new FakeServices()
      .interfere('authorize', { before: refuse('CardDeclined', 'the bank says no') })
      .interfere('release', { before: refuse('Rejected', 'the shelf is locked') });
    const handle = await environment.start(services);
    await waitForStatus(handle, ({ needsOperator }) => needsOperator.length > 0);
    const stuck = await look(handle);
    const since = stuck.status.needsOperator[0]?.since;
    expect(since).toEqual(time);
    expect(stuck.status.waitingFor).toEqual({ who: 'operator', message: 'release the stock: the shelf is locked' });
    expect(stuck.shown).toEqual([
      '**compensating** · 59.98 USD',
      'CardDeclined: the bank says no',
      `**needs an operator** since ${since}: release the stock: the shelf is locked (update \`resolve\`)`,
      ended('✓', stuck, 'look up the customer and quote the cart'),
      ended('✓', stuck, 'place the order'),
      ended('✓', stuck, 'reserve the stock'),
      ended('✗', stuck, 'authorize the payment'),
      `- ↩ ${stuck.status.steps.at(-1)?.startedAt} cancel the order`,
    ]);

    await resolve(handle, { decision: 'settle' });
    expect((await handle.result()).undone).toEqual(['cancel the order', 'release the stock']);
    const over = await look(handle);
    const [decision] = over.status.decisions;
    expect(decision).toEqual({ what: 'release the stock', decision: 'settle', ...by, at: time });
    expect(over.shown).toEqual([
      '**refused** · 59.98 USD',
      ...stuck.shown.slice(1, 2),
      ...stuck.shown.slice(3),
      `- ↩ ${over.status.steps.at(-1)?.startedAt} release the stock`,
      `- ☞ ${decision?.at} release the stock: settle, by Grace Hopper: the shelf was locked`,
    ]);
    expect(over.status.steps.slice(-2)).toMatchObject([
      { name: 'cancel the order', state: 'undone', startedAt: time },
      { name: 'release the stock', state: 'undone', startedAt: time },
    ]);
  });
});
