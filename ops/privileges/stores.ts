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
}

/** The schema of each role that has a store, and what it may do there: each has a login of its own. */
export const stores: Readonly<Partial<Record<RoleName, Store>>> = {
  billing: { schema: 'billing', may: 'change' },
  'billing-consumer': { schema: 'billing', may: 'change' },
  catalog: { schema: 'catalog', may: 'change' },
  'checkout-inbox': { schema: 'checkout_inbox', may: 'change' },
  communities: { schema: 'communities', may: 'change' },
  'communities-consumer': { schema: 'communities', may: 'change' },
  customers: { schema: 'customers', may: 'change' },
  'customers-consumer': { schema: 'customers', may: 'change' },
  'dead-letters': { schema: 'dead_letters', may: 'change' },
  'dead-letters-consumer': { schema: 'dead_letters', may: 'change' },
  inventory: { schema: 'inventory', may: 'change' },
  ledger: { schema: 'ledger', may: 'read' },
  'ledger-consumer': { schema: 'ledger', may: 'append' },
  'mail-sink': { schema: 'mail_sink', may: 'change' },
  'notification-consumer': { schema: 'notification', may: 'change' },
  'order-history': { schema: 'order_history', may: 'read' },
  'order-history-consumer': { schema: 'order_history', may: 'change' },
  orders: { schema: 'orders', may: 'change' },
  'orders-consumer': { schema: 'orders', may: 'change' },
  payments: { schema: 'payments', may: 'change' },
  'payment-simulator': { schema: 'payment_simulator', may: 'change' },
  'payment-webhooks': { schema: 'payments', may: 'change' },
  payroll: { schema: 'payroll', may: 'change' },
  purchasing: { schema: 'purchasing', may: 'change' },
  reviews: { schema: 'reviews', may: 'change' },
  staff: { schema: 'staff', may: 'change' },
};

/** Owns every schema and makes its tables; no process serves under it. */
export const schemaOwner = 'schema_owner';

/** What people read by an operation that knows them, and never by SQL: it says who earns what. */
export const confidential: readonly SchemaName[] = ['payroll'];

/** Reads all schemas but those, and changes nothing: for people and audits. */
export const auditor = 'auditor';

/** What PostgreSQL calls a role of the system. */
export const loginOf = (role: string): string => role.replaceAll('-', '_');
