import type { Role } from '../platform/role.ts';

/** What one role of the system is: how it is loaded, how the others find it, and what bounds the process that it runs in. */
export interface RoleDescription {
  /** Loads its code, and that of no other role. */
  readonly load: () => Promise<{ readonly role: Role }>;
  readonly kind: RoleKind;
  /** The variable that holds its address for the others; such a role listens on a port of its own. */
  readonly address?: `${string}_URL`;
  /** Whether it speaks HTTP there; `GET /metrics` is then at the same address, else on a port of its own. */
  readonly speaksHttp?: boolean;
  /** What bounds the memory of a process that runs this role alone: options of Node, and variables. */
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** In the order in which roles are stopped: those that begin work first, those that only answer last. */
export const roleKinds = ['worker', 'consumer', 'service', 'double'] as const;

/**
 * `worker`: runs a Temporal worker, whose core serves metrics of its own. `consumer`: takes what others send. `service`:
 * answers calls. `double`: stands in for what is outside of the system.
 */
export type RoleKind = (typeof roleKinds)[number];

type Loader = RoleDescription['load'];

const service = (load: Loader, address: `${string}_URL`): RoleDescription => ({
  load,
  kind: 'service',
  address,
  speaksHttp: true,
});

const grpcService = (load: Loader, address: `${string}_URL`): RoleDescription => ({
  ...service(load, address),
  speaksHttp: false,
});

const double = (load: Loader, address: `${string}_URL`): RoleDescription => ({
  ...service(load, address),
  kind: 'double',
});

const consumer = (load: Loader): RoleDescription => ({ load, kind: 'consumer' });

/** Every role of the system. Each can run in a process of its own; together they are the whole back office. */
export const roles = {
  customers: service(() => import('../services/customers/role.ts'), 'CUSTOMERS_URL'),
  catalog: grpcService(() => import('../services/catalog/role.ts'), 'CATALOG_URL'),
  staff: service(() => import('../services/staff/role.ts'), 'STAFF_URL'),
  reviews: grpcService(() => import('../services/reviews/role.ts'), 'REVIEWS_URL'),
  orders: service(() => import('../services/orders/role.ts'), 'ORDERS_URL'),
  inventory: service(() => import('../services/inventory/role.ts'), 'INVENTORY_URL'),
  payments: service(() => import('../services/payments/role.ts'), 'PAYMENTS_URL'),
  billing: service(() => import('../services/billing/role.ts'), 'BILLING_URL'),
  communities: service(() => import('../services/communities/role.ts'), 'COMMUNITIES_URL'),
  payroll: service(() => import('../services/payroll/role.ts'), 'PAYROLL_URL'),
  purchasing: service(() => import('../services/purchasing/role.ts'), 'PURCHASING_URL'),
  'payment-simulator': double(() => import('../doubles/payment-simulator/role.ts'), 'PAYMENT_PROVIDER_URL'),
  ledger: service(() => import('../services/ledger/role.ts'), 'LEDGER_URL'),
  'mail-sink': double(() => import('../doubles/mail-sink/role.ts'), 'MAIL_SINK_URL'),
  'order-history': service(() => import('../services/order-history/role.ts'), 'ORDER_HISTORY_URL'),
  'dead-letters': service(() => import('../services/dead-letters/role.ts'), 'DEAD_LETTERS_URL'),
  codec: service(() => import('../services/codec/role.ts'), 'CODEC_URL'),
  api: service(() => import('../api/role.ts'), 'API_URL'),
  'ledger-consumer': consumer(() => import('../workers/ledger.ts')),
  'notification-consumer': consumer(() => import('../workers/notification.ts')),
  'order-history-consumer': consumer(() => import('../workers/order-history.ts')),
  'billing-consumer': consumer(() => import('../workers/billing.ts')),
  'customers-consumer': consumer(() => import('../workers/customers.ts')),
  'communities-consumer': consumer(() => import('../workers/communities.ts')),
  'orders-consumer': consumer(() => import('../workers/orders.ts')),
  'dead-letters-consumer': consumer(() => import('../workers/dead-letters.ts')),
  'checkout-inbox': consumer(() => import('../workers/checkout-inbox.ts')),
  'payment-webhooks': {
    ...consumer(() => import('../workers/payment-webhooks.ts')),
    address: 'PAYMENT_WEBHOOKS_URL',
    speaksHttp: true,
  },
  'checkout-worker': {
    load: () => import('../workers/checkout.ts'),
    kind: 'worker',
    // A thousand open checkouts in less than 400 MB; see docs/performance.md.
    nodeOptions: ['--max-old-space-size=320', '--max-semi-space-size=2'],
    environment: { MALLOC_ARENA_MAX: '2' },
  },
  'back-office-worker': {
    load: () => import('../workers/back-office.ts'),
    kind: 'worker',
    nodeOptions: ['--max-old-space-size=320', '--max-semi-space-size=2'],
    environment: { MALLOC_ARENA_MAX: '2' },
  },
  'payroll-worker': {
    load: () => import('../workers/payroll.ts'),
    kind: 'worker',
    nodeOptions: ['--max-old-space-size=320', '--max-semi-space-size=2'],
    environment: { MALLOC_ARENA_MAX: '2' },
  },
  'bridge-worker': { load: () => import('../workers/bridge.ts'), kind: 'worker' },
} as const satisfies Record<string, RoleDescription>;

export type RoleName = keyof typeof roles;

/** What is particular to one role. */
export const roleOf = (name: RoleName): RoleDescription => roles[name];

export const roleNames = Object.keys(roles) as RoleName[];
