/** What each process of the system is: its file, and the variable by which the others find it. */
export interface Role {
  readonly file: string;
  /** The variable that holds its address for the others; such a process listens on a port of its own. */
  readonly address?: `${string}_URL`;
  /** Whether it speaks HTTP there; `GET /metrics` is then at the same address, else on a port of its own. */
  readonly speaksHttp?: boolean;
  /** Whether it stands in, in development and tests, for what production has outside; only such a role may need development packages. */
  readonly isDouble?: boolean;
  /** Whether it runs a Temporal worker, whose core serves metrics of its own. */
  readonly isTemporalWorker?: boolean;
  /** The order in which processes are stopped: those that begin work first, those that only answer last. */
  readonly stopsWith: 'workers' | 'consumers' | 'services';
  /** What bounds its memory: options of Node, and variables. */
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const service = (name: string, address: `${string}_URL`): Role => ({
  file: `services/${name}/main.ts`,
  address,
  speaksHttp: true,
  stopsWith: 'services',
});

const grpcService = (name: string, address: `${string}_URL`): Role => ({
  ...service(name, address),
  speaksHttp: false,
});

/** Every process of the system. Each can run alone; together they are the whole back office. */
export const roles = {
  customers: service('customers', 'CUSTOMERS_URL'),
  catalog: grpcService('catalog', 'CATALOG_URL'),
  reviews: grpcService('reviews', 'REVIEWS_URL'),
  orders: service('orders', 'ORDERS_URL'),
  inventory: service('inventory', 'INVENTORY_URL'),
  payments: service('payments', 'PAYMENTS_URL'),
  'payment-simulator': { ...service('payment-simulator', 'PAYMENT_PROVIDER_URL'), isDouble: true },
  ledger: service('ledger', 'LEDGER_URL'),
  'mail-sink': { ...service('mail-sink', 'MAIL_SINK_URL'), isDouble: true },
  'order-history': service('order-history', 'ORDER_HISTORY_URL'),
  'dead-letters': service('dead-letters', 'DEAD_LETTERS_URL'),
  'ledger-consumer': { file: 'workers/ledger.ts', stopsWith: 'consumers' },
  'notification-consumer': { file: 'workers/notification.ts', stopsWith: 'consumers' },
  'order-history-consumer': { file: 'workers/order-history.ts', stopsWith: 'consumers' },
  'checkout-inbox': { file: 'workers/checkout-inbox.ts', stopsWith: 'consumers' },
  'payment-webhooks': {
    file: 'workers/payment-webhooks.ts',
    address: 'PAYMENT_WEBHOOKS_URL',
    speaksHttp: true,
    stopsWith: 'consumers',
  },
  'checkout-worker': {
    file: 'workers/checkout.ts',
    isTemporalWorker: true,
    stopsWith: 'workers',
    // A thousand open checkouts in less than 400 MB; see docs/performance.md.
    nodeOptions: ['--max-old-space-size=320', '--max-semi-space-size=2'],
    environment: { MALLOC_ARENA_MAX: '2' },
  },
  'bridge-worker': { file: 'workers/bridge.ts', isTemporalWorker: true, stopsWith: 'workers' },
} as const satisfies Record<string, Role>;

export type RoleName = keyof typeof roles;

/** What is particular to one process. */
export const roleOf = (name: RoleName): Role => roles[name];

export const roleNames = Object.keys(roles) as RoleName[];
