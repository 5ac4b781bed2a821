import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { invoiceWhileKilling } from '../invoicing-kills/invoice-while-killing.ts';
import { judge } from '../invoicing-kills/rules.ts';
import { openStage, type Stage } from '../invoicing-kills/stage.ts';

// As many as make a run long enough to be killed six times; `npm run kill-invoicing` has 10,000.
const residents = 2_000;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage(() => undefined);
}, 120_000);

afterAll(() => stage?.close(), 60_000);

test('kill -9 of worker, billing and PostgreSQL in the middle of a run leaves no resident without an invoice, no gap and no journal twice', async () => {
  const killed = await invoiceWhileKilling(stage, residents, () => undefined);

  expect(judge(residents, killed).filter(({ holds }) => !holds)).toEqual([]);
  expect(killed.outcome).toEqual({
    ...{ invoices: 1_977, firstNumber: 1, lastNumber: 1_977, onHold: 5 },
    ...{ receivable: 21_351_600, revenue: 19_770_000, tax: 1_581_600 },
  });
}, 240_000);
