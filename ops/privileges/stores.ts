import type { RoleName } from '../../roles/roles.ts';

/** Where each schema's SQL migrations are. */
export const migrationsOf = {
  billing: 'services/billing/migrations',
  catalog: 'services/catalog/migrations',
  checkout_inbox: 'workers/migrations',
  communities: 'services/communities/migrations',
  customers: 'services/customers/migrations',
  dead_letters: 'services/dead-letters/migrations',
  inventory: 'services/inventory/migrations',
  ledger: 'services/ledger/migrations',
  mail_sink: 'doubles/mail-sink/migrations',
  notification: 'services/notification/migrations',
  order_history: 'services/order-history/migrations',
  orders: 'services/orders/migrations',
  payment_simulator: 'doubles/payment-simulator/migrations',
  payments: 'services/payments/migrations',
  payroll: 'services/payroll/migrations',
  purchasing: 'services/purchasing/migrations',
  reviews: 'services/reviews/migrations',
  staff: 'services/staff/migrations',
} as const;

export type SchemaName = keyof typeof migrationsOf;

export const schemaNames = Object.keys(migrationsOf) as SchemaName[];

/** What a login may do with the rows of its schema. */
export const rightsOf = {
  read: ['select'],
  append: ['select', 'insert'],
  change: ['select', 'insert', 'update', 'delete'],
} as const;

export interface Store {
  readonly schema: SchemaName;
  readonly may: keyof typeof rightsOf;
  /** Connections that one process of it opens at most: those of all processes together are fewer than PostgreSQL has. */
  readonly connections: number;
}

/** The schema of each role that has a store, and what it may do there: each has a login of its own. */
export const stores: Readonly<Partial<Record<RoleName, Store>>> = {
  billing: { schema: 'billing', may: 'change', connections: 10 },
  'billing-consumer': { schema: 'billing', may: 'change', connections: 4 },
  catalog: { schema: 'catalog', may: 'change', connections: 6 },
  'checkout-inbox': { schema: 'checkout_inbox', may: 'change', connections: 11 },
  communities: { schema: 'communities', may: 'change', connections: 4 },
  'communities-consumer': { schema: 'communities', may: 'change', connections: 4 },
  customers: { schema: 'customers', may: 'change', connections: 10 },
  'customers-consumer': { schema: 'customers', may: 'change', connections: 4 },
  'dead-letters': { schema: 'dead_letters', may: 'change', connections: 4 },
  'dead-letters-consumer': { schema: 'dead_letters', may: 'change', connections: 4 },
  inventory: { schema: 'inventory', may: 'change', connections: 10 },
  ledger: { schema: 'ledger', may: 'read', connections: 4 },
  'ledger-consumer': { schema: 'ledger', may: 'append', connections: 4 },
  'mail-sink': { schema: 'mail_sink', may: 'change', connections: 6 },
  'notification-consumer': { schema: 'notification', may: 'change', connections: 19 },
  'order-history': { schema: 'order_history', may: 'read', connections: 6 },
  'order-history-consumer': { schema: 'order_history', may: 'change', connections: 4 },
  orders: { schema: 'orders', may: 'change', connections: 10 },
  'orders-consumer': { schema: 'orders', may: 'change', connections: 4 },
  payments: { schema: 'payments', may: 'change', connections: 10 },
  'payment-simulator': { schema: 'payment_simulator', may: 'change', connections: 10 },
  'payment-webhooks': { schema: 'payments', may: 'change', connections: 6 },
  payroll: { schema: 'payroll', may: 'change', connections: 10 },
  purchasing: { schema: 'purchasing', may: 'change', connections: 6 },
  reviews: { schema: 'reviews', may: 'change', connections: 4 },
  staff: { schema: 'staff', may: 'change', connections: 6 },
};

/** Owns every schema and makes its tables; no process serves under it. */
export const schemaOwner = 'schema_owner';

/** What people read by an operation that knows them, and never by SQL: it says who earns what. */
export const confidential: readonly SchemaName[] = ['payroll'];

/** What the auditor reads of them: which migrations have run, and views that say nothing of one person. */
export const auditedViews: Readonly<Partial<Record<SchemaName, readonly string[]>>> = {
  payroll: ['kysely_migration', 'audited_runs', 'audited_open_runs', 'audited_payslips', 'audited_events'],
};

/** Reads all schemas but those, of which it reads views, and changes nothing: for people and audits. */
export const auditor = 'auditor';

/** What PostgreSQL calls a role of the system. */
export const loginOf = (role: string): string => role.replaceAll('-', '_');
