import type { PublisherRules } from '../messaging/consuming/publisher-rules.ts';
import { typesOf } from '../messaging/envelope/contracts.ts';
import * as contexts from './contracts/list.ts';
import type { subscriptions } from './subscriptions.ts';

/** What is outside of the system and publishes to it. */
export const storefront = 'storefront';

/** Milestones leave from the worker of their workflow, and from the bridge's own where the broker was away. */
const checkoutProcesses = ['checkout-worker', 'bridge-worker'] as const;

/** Which processes publish the events of each list: their names are those of their users on the broker. */
const publishedBy = {
  billingEvents: ['billing'],
  customerEvents: ['customers'],
  notificationEvents: ['notification-consumer'],
  checkoutEvents: checkoutProcesses,
  disputeEvents: checkoutProcesses,
  providerRefundEvents: checkoutProcesses,
  refundEvents: checkoutProcesses,
  monthlyInvoicingEvents: ['billing'],
  payrollEvents: ['payroll-worker'],
  payrollServiceEvents: ['payroll'],
  purchasingEvents: ['purchasing'],
  inboundCheckoutEvents: [storefront],
} as const satisfies Record<keyof typeof contexts, readonly string[]>;

/** Connects as every worker of workflows does, though none of its workflows has anything to publish yet. */
export const silent = 'back-office-worker';

/** Which process takes what comes to each work queue. */
export const consumedBy = {
  ledger: 'ledger-consumer',
  notification: 'notification-consumer',
  notificationCommands: 'notification-consumer',
  orderHistory: 'order-history-consumer',
  billing: 'billing-consumer',
  communities: 'communities-consumer',
  customers: 'customers-consumer',
  orders: 'orders-consumer',
  deadLetters: 'dead-letters-consumer',
  checkout: 'checkout-inbox',
  checkoutCommands: 'checkout-inbox',
} as const satisfies Record<keyof typeof subscriptions, string>;

/** The process that sends dead letters again. */
export const replayer = 'dead-letters';

/** The user that declares the topology, and moves messages from a queue to the one that takes its place. */
export const topologyOwner = 'topology';

const publishers = new Map<string, readonly string[]>(
  Object.entries(contexts).flatMap(([name, contracts]) =>
    Object.values(contracts)
      .flatMap(typesOf)
      .map((type) => [type, publishedBy[name as keyof typeof contexts]] as const),
  ),
);

/** Who may publish what in this system. */
export const publisherRules: PublisherRules = {
  publishersOf: (type) => publishers.get(type) ?? [],
  sendOn: [replayer, topologyOwner],
};
