import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { createServiceClients } from '../../client/services.ts';

const main = fileURLToPath(new URL('../../ops/replay/invoice-main.ts', import.meta.url));
const orders = fileURLToPath(new URL('../data/online-retail-excerpt.csv', import.meta.url));
const { billing } = createServiceClients(process.env as Record<string, string>);
const invoiceOrders = () => execa(process.execPath, [main, orders], { reject: false, env: { NODE_OPTIONS: '' } });

test('the real orders of a shop are invoices and credit notes, once, of the sum of the file to the penny', async () => {
  const first = await invoiceOrders();
  expect(first.exitCode).toBe(0);
  const report = JSON.parse(first.stdout);
  expect(report).toMatchObject({ invoices: 10, creditNotes: 5, differing: [], ok: true });
  expect([report.invoiced, report.credited]).toEqual([report.planned, report.plannedCredit]);
  const { open, credit } = await billing.statement({ customerId: '14527', currency: 'GBP' });
  const again = await invoiceOrders();
  expect(JSON.parse(again.stdout)).toEqual(report);
  expect(await billing.statement({ customerId: '14527', currency: 'GBP' })).toMatchObject({ open, credit });
  const { invoices } = await billing.listInvoices({ customerId: '14527' });
  expect(invoices).toHaveLength(1);
  expect(invoices[0]?.amounts.total).toBe(open + credit + 2_750 + 2_929);
}, 120_000);
