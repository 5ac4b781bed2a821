import { recallSameCheckout } from '../client/checkout-memory.ts';
import { checkoutStart } from '../client/checkout-start.ts';
import type { CustomerId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { defineConsumer } from '../events/consumers.ts';
import type { EventData } from '../events/contracts/index.ts';
import { subscriptions } from '../events/subscriptions.ts';
import type { CustomersClient } from '../services/customers/contract.ts';
import { checkoutRequestSchema } from '../workflows/checkout/contract.ts';
import { cancelUpdate, checkoutWorkflow } from '../workflows/checkout/messages.ts';
import type { CheckoutMemory } from '../workflows/checkout/recall.ts';
import { invoicePaymentWorkflow } from '../workflows/invoice-payment/messages.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import type { Recipients, WorkflowInbox } from './workflow-inbox.ts';

type CheckoutInboxTables = Record<never, never>;

type Accounts = Pick<CustomersClient, 'findCustomer'>;

/** What the events of others and commands do to checkouts, and a ban to payments of invoices as well. */
export const checkoutConsumers = (inbox: WorkflowInbox, memory: CheckoutMemory, accounts: Accounts) => [
  defineConsumer<CheckoutInboxTables>()({
    ...subscriptions.checkout,
    handlers: {
      CheckoutRequested: inbox.start(checkoutWorkflow, ({ data }) => startOf(data), hasEnded(memory)),
      AccountBanned: inbox.update(
        cancelUpdate,
        ({ data }) => openPaymentsOf(data.customerId),
        () => [],
        ({ data }) => isNotLifted(accounts, data.customerId),
      ),
    },
  }),
  defineConsumer<CheckoutInboxTables>()({
    ...subscriptions.checkoutCommands,
    handlers: {
      PlaceOrder: inbox.start(checkoutWorkflow, ({ data }) => startOf(data), hasEnded(memory)),
    },
  }),
];

/** The message is a contract with others, the request one with this workflow: either may change without the other. */
const startOf = (data: EventData<'PlaceOrder'>) => checkoutStart(parse(checkoutRequestSchema, data));

const hasEnded =
  (memory: CheckoutMemory) =>
  async ({ data }: { readonly data: EventData<'PlaceOrder'> }) =>
    (await recallSameCheckout(memory, parse(checkoutRequestSchema, data))) !== undefined;

/** What takes money of a customer: each has the same update, and refuses it once the money is being taken. */
const paying = [checkoutWorkflow, invoicePaymentWorkflow].map((type) => `'${type}'`).join(', ');

/** Who was erased while they were banned cannot be unbanned any more. */
const isNotLifted = async (accounts: Accounts, customerId: CustomerId) =>
  (await accounts.findCustomer({ customerId })).status !== 'active';

const openPaymentsOf = (customerId: string): Recipients => ({
  query: `WorkflowType IN (${paying}) AND ${searchAttributes.customerId.name} = '${customerId}'`,
});
