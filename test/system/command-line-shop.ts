import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { createServiceClients } from '../../client/services.ts';
import { waitUntil } from '../../parts/wait.ts';

/** The command line's file. */
export const main = fileURLToPath(new URL('../../client/command-line/main.ts', import.meta.url));

export interface Called {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Jest asks for colours where it runs on a terminal. */
const plain = { NODE_OPTIONS: '', FORCE_COLOR: undefined };

/** Starts the command line as a user does. */
export const startCli = (parameters: readonly string[], input = '', environment: Record<string, string> = {}) =>
  execa(process.execPath, [main, ...parameters], { reject: false, input, env: { ...plain, ...environment } });

/** Runs the command line to its end. */
export async function cli(...given: Parameters<typeof startCli>): Promise<Called> {
  return (await startCli(...given)) as Called;
}

/** A customer, a product of 29.99 USD and 50 pieces of it: other tests of the same system do not disturb them. */
export function ownShop() {
  const run = `cli-${randomUUID().slice(0, 8)}`;
  const shop = {
    run,
    customer: `${run}-customer`,
    sku: `${run}-lamp`,
    email: `${run}@example.org`,
    paid: `${run}-paid`,
  };
  const { customer, sku, email, paid } = shop;
  const place = (...more: string[]) => ['place', '--customer', customer, '--wait', ...more];
  const line = (quantity: string) => ['--line', `${sku}=${quantity}`];

  return {
    ...shop,
    /** Flags of a checkout of this customer. */
    place,
    line,
    cart: (changes: object = {}) => ({
      checkoutId: `${run}-bad`,
      customerId: customer,
      lines: [{ sku, quantity: 2 }],
      currency: 'USD',
      country: 'US',
      paymentMethod: 'pm_card_visa',
      ...changes,
    }),
    /** Imports the shop, and places the checkout `paid` to its last journal and mail. */
    async open(): Promise<{ imported: Called; placed: Called }> {
      const folder = await mkdtemp(path.join(tmpdir(), 'command-line-test-'));
      const files = {
        customers: [{ customerId: customer, name: 'Grace Hopper', email, country: 'US', status: 'active' }],
        products: [{ sku, name: 'Lamp', prices: { USD: 2999 } }],
        stock: { receiptId: run, lines: [{ sku, quantity: 50 }] },
      };
      const parameters = await Promise.all(
        Object.entries(files).map(async ([name, content]) => {
          const file = path.join(folder, `${name}.json`);
          await writeFile(file, JSON.stringify(content));
          return [`--${name}`, file];
        }),
      );
      const imported = await cli(['import', ...parameters.flat()]);
      await rm(folder, { recursive: true });
      const { mailSink, ledger, catalog } = createServiceClients(process.env as Record<string, string>);
      // No file has such a name, other callers of the catalog may.
      await catalog.importProducts({ products: [{ sku, name: 'Lamp \u001b[31m', prices: { USD: 2999 } }] });
      const placed = await cli(place(...line('2'), '--id', paid, '--accepted-total', '59.98'));
      await waitUntil(
        async () => {
          const [{ mails }, { journals }] = await Promise.all([
            mailSink.listMails({ to: email }),
            ledger.listJournals({ subject: `order/${paid}` }),
          ]);
          return mails.length > 0 && journals.length > 0;
        },
        { within: 20_000 },
      );
      return { imported, placed };
    },
  };
}
