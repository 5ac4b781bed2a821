import type { Command } from 'commander';
import { table } from '../../../platform/table.ts';
import type { Act } from '../act.ts';

const places = {
  TEMPORAL_WEB_UI: "Temporal's Web UI",
  TEMPORAL_ADDRESS: 'Temporal',
  TEMPORAL_NAMESPACE: "Temporal's namespace",
  AMQP_URL: 'RabbitMQ',
  DATABASE_URL: 'PostgreSQL',
  SMTP_URL: 'the mail server',
  MAIL_SINK_URL: 'the mails it has kept',
  CUSTOMERS_URL: 'customers',
  CATALOG_URL: 'catalog (gRPC)',
  REVIEWS_URL: 'reviews (gRPC)',
  ORDERS_URL: 'orders',
  INVENTORY_URL: 'inventory',
  PAYMENTS_URL: 'payments',
  PAYMENT_PROVIDER_URL: 'the payment provider',
  BILLING_URL: 'billing',
  COMMUNITIES_URL: 'communities',
  STAFF_URL: 'staff',
  PAYROLL_URL: 'payroll',
  PURCHASING_URL: 'purchasing',
  LEDGER_URL: 'ledger',
  DEAD_LETTERS_URL: 'dead letters',
  API_URL: 'the front door',
} as const;

export function addAddressesCommand(program: Command, act: Act): void {
  program
    .command('addresses')
    .description('where everything is; passwords are left out')
    .action(
      act(async (session) => {
        // Throws when there is no system.
        await session.door();
        const known = Object.entries(places).flatMap(([variable, what]) => {
          const address = session.addresses[variable];
          return address ? [{ variable, what, address: withoutPassword(address) }] : [];
        });
        const document = Object.fromEntries(known.map(({ variable, address }) => [variable, address]));
        const text = table(
          ['what', 'address', 'variable'],
          known.map(({ variable, what, address }) => [what, address, variable]),
        );
        return { document, text };
      }),
    );
}

const withoutPassword = (address: string): string => address.replace(/(:\/\/[^:/@]*):[^@/]*@/, '$1:***@');
