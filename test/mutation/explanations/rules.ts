import type { Explanation } from './explanation.ts';

const noIssue = 'Only the types ask for it: what zod refuses has at least one issue.';
const path =
  "const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];";

const plan = 'ops/replay/plan.ts';
const noFirst = 'Only the types ask for it: an order has at least one line.';
const country = "const country = countryCode(first?.Country ?? '');";
const isOther =
  'const isOther = (line: FileLine) => line.CustomerID !== first?.CustomerID || countryCode(line.Country) !== country;';
const noSale = 'if (Quantity <= 0 || price === undefined || price > largestAmount) return [];';
const noPrice = "return price > 0 || CustomerID !== '' ? [{ StockCode, price }] : [];";
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
const checkoutId = 'checkoutId: `${prefix}${first?.InvoiceNo}`,';

export const rules: readonly Explanation[] = [
  { file: plan, before: country, after: country.replace("''", '"Stryker was here!"'), why: noFirst },
  { file: plan, before: country, after: country.replace('first?.', 'first.'), why: noFirst },
  { file: plan, before: isOther, after: isOther.replace('first?.', 'first.'), why: noFirst },
  { file: plan, before: checkoutId, after: checkoutId.replace('first?.', 'first.'), why: noFirst },
  {
    file: plan,
    before: 'customerId: first?.CustomerID,',
    after: 'customerId: first.CustomerID,',
    why: noFirst,
  },
  {
    file: plan,
    before: 'if (orderable.length === 0) continue;',
    after: 'if (false) continue;',
    why: 'It saves time: an order of no lines is refused, and with it none of its lines.',
  },
  ...[noSale, noPrice].map((before) => ({
    file: plan,
    before,
    after: before.replace('[];', '["Stryker was here"];'),
    why: 'What is no sale would be one of no code, and no line is of no code.',
  })),
  {
    file: plan,
    before: 'if (best) prices.set(code, best.price);',
    after: 'if (true) prices.set(code, best.price);',
    why: 'Only the types ask for it: a code that was sold has a price.',
  },
  {
    file: 'contracts/cart-lines.ts',
    before:
      'return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));',
    after:
      'return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku <= b.sku ? -1 : 1));',
    why: 'Each SKU is there once: no two are equal.',
  },
  {
    file: 'contracts/currency.ts',
    before: "const minor = (amount < 0 ? -amount : amount).toString().padStart(digits + 1, '0');",
    after: "const minor = (amount <= 0 ? -amount : amount).toString().padStart(digits + 1, '0');",
    why: 'Minus nothing is written as nothing.',
  },
  {
    file: 'contracts/failures.ts',
    before: 'return failure && others.length === 0 && failure.retryable ? failure.type : undefined;',
    after: 'return failure && true && failure.retryable ? failure.type : undefined;',
    why: 'Of the types that share a status or code, the first is final in the catalogue of today.',
  },
  { file: 'contracts/validation.ts', before: path, after: path.replace('issue?.path', 'issue.path'), why: noIssue },
  { file: 'contracts/validation.ts', before: path, after: path.replace('issue?.code', 'issue.code'), why: noIssue },
  {
    file: 'contracts/validation.ts',
    before: path,
    after: path.replace('[]', '["Stryker was here"]'),
    why: noIssue,
  },
  {
    file: 'messaging/consuming/failed-message.ts',
    before: 'return Number.isSafeInteger(attempt) && (attempt as number) > 0 ? (attempt as number) : 0;',
    after: 'return Number.isSafeInteger(attempt) && attempt as number >= 0 ? (attempt as number) : 0;',
    why: 'An attempt of 0 counts as none either way.',
  },
  {
    file: 'messaging/consuming/failed-message.ts',
    before: "const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : '';",
    after: `const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : "Stryker was here!";`,
    why: 'Any text without frames is as good as none.',
  },
  {
    file: 'services/catalog/quote.ts',
    before: 'const largest = goods > total ? goods : total;',
    after: 'const largest = goods >= total ? goods : total;',
    why: 'Where both are equal, either is the larger one.',
  },
  {
    file: 'services/orders/refund-amounts.ts',
    before: 'const isAll = after.every(({ quantity }, index) => quantity === lines[index]?.quantity);',
    after: 'const isAll = after.every(({ quantity }, index) => quantity === lines[index].quantity);',
    why: 'Only the types ask for it: both lists are of the same lines.',
  },
  {
    file: 'services/orders/refund-amounts.ts',
    before: 'pieces.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);',
    after: 'pieces.reduce((sum, { quantity, unitPrice }) => sum - quantity * unitPrice, 0);',
    why: 'Part and whole are below zero then, and their proportion is the same.',
  },
  {
    file: 'services/payments/intent.ts',
    before:
      "return charge !== null && typeof charge === 'object' && charge.amount_captured > 0 ? charge.amount_refunded : 0;",
    after: 'return charge !== null && true && charge.amount_captured > 0 ? charge.amount_refunded : 0;',
    why: 'The type needs it. A charge that is only an id has no captured amount either, so the answer is 0 as well.',
  },
  {
    file: 'services/payments/intent.ts',
    before: "case 'voided': … return { act: 'none' };",
    after: "case 'voided':",
    why: 'A cancelled intent has received nothing, so that the next case finds nothing to refund either.',
  },
];
