import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutInput } from '../../workflows/checkout/contract.ts';
import { type Called, cli } from './command-line-shop.ts';

const sku = 'ended-lamp';

/** A checkout that was cut off keeps its stock: that of a product of its own, which other tests do not count. */
export async function stockOwnProduct({ catalog, inventory }: ServiceClients): Promise<void> {
  await catalog.importProducts({ products: [{ sku, name: 'Lamp', prices: { USD: 2999 } }] });
  await inventory.receiveStock({ receiptId: sku, lines: [{ sku, quantity: 1_000 }] });
}

/** A checkout that waits for its customer to confirm the payment. */
export const newCart = (more: Partial<CheckoutInput> = {}) =>
  cart(`ended-${randomUUID()}`, {
    lines: [{ sku, quantity: 2 }],
    paymentMethod: 'pm_card_authenticationRequired',
    ...more,
  });

/** The same checkout as the flags of `place`. */
export const flagsOf = ({ checkoutId, customerId, paymentMethod, currency, country, lines }: CheckoutInput) => [
  ...['--id', checkoutId, '--customer', customerId, '--payment-method', paymentMethod],
  ...['--currency', currency, '--country', country],
  ...lines.flatMap(({ sku, quantity }) => ['--line', `${sku}=${quantity}`]),
];

/** One line on standard error, and exit code 1. */
export function expectComplaint({ exitCode, stderr }: Called, complaint: RegExp): void {
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(complaint) });
  expect(stderr).not.toContain('\n');
}

type Row = Readonly<Record<string, unknown>>;

/** The rows of a list whose id is this one: `list` names checkouts, `refunds` refunds. */
export async function rowsOf(command: readonly ['list' | 'refunds', ...string[]], id: string): Promise<Row[]> {
  const { exitCode, stdout } = await cli([...command, '--limit', '1000', '--json']);
  expect(exitCode).toBe(0);
  const [rows] = Object.values<Row[]>(JSON.parse(stdout));
  return (rows ?? []).filter((row) => row['checkoutId'] === id || row['refundId'] === id);
}

/** Visibility is eventually consistent. */
export async function expectRows(
  command: readonly ['list' | 'refunds', ...string[]],
  id: string,
  rows: readonly { readonly state: string; readonly [field: string]: unknown }[],
): Promise<void> {
  const statesOf = (some: readonly Row[]) => some.map(({ state }) => state).join();
  let found: Row[] = [];
  await waitUntil(
    async () => {
      found = await rowsOf(command, id);
      return statesOf(found) === statesOf(rows);
    },
    { within: 20_000 },
  );
  expect(found).toMatchObject(rows);
}
