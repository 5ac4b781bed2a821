import type { Survivor } from './result.ts';

/** Why no test can, or need, notice a change. */
interface Explanation extends Pick<Survivor, 'file' | 'before' | 'after'> {
  readonly why: string;
}

const noIssue = 'Only the types ask for it: what zod refuses has at least one issue.';
const path =
  "const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];";

const plan = 'client/replay/plan.ts';
const noFirst = 'Only the types ask for it: an order has at least one line.';
const country = "country: countryCode(first?.Country ?? ''),";
const mixed =
  'if (lines.some(({ CustomerID, Country }) => CustomerID !== first?.CustomerID || Country !== first.Country)) {';
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
const checkoutId = 'checkoutId: `${prefix}${first?.InvoiceNo}`,';

const ledger = 'services/ledger/store.ts';
const isPosted =
  'const isPosted = ({ eventId, kind }: NewJournal) => rows.some((row) => row.eventId === eventId && row.kind === kind);';
const postedNow = 'What was posted now has its own content: comparing it with itself refuses nothing.';

const explanations: readonly Explanation[] = [
  { file: plan, before: country, after: country.replace("''", '"Stryker was here!"'), why: noFirst },
  { file: plan, before: country, after: country.replace('first?.', 'first.'), why: noFirst },
  { file: plan, before: mixed, after: mixed.replace('first?.', 'first.'), why: noFirst },
  { file: plan, before: checkoutId, after: checkoutId.replace('first?.', 'first.'), why: noFirst },
  {
    file: plan,
    before: 'customerId: first?.CustomerID,',
    after: 'customerId: first.CustomerID,',
    why: noFirst,
  },
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
    before: 'return type && others.length === 0 && failures[type].retryable ? type : undefined;',
    after: 'return type && true && failures[type].retryable ? type : undefined;',
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
    file: 'events/consuming/failed-message.ts',
    before: 'return Number.isSafeInteger(attempt) && (attempt as number) > 0 ? (attempt as number) : 0;',
    after: 'return Number.isSafeInteger(attempt) && attempt as number >= 0 ? (attempt as number) : 0;',
    why: 'An attempt of 0 counts as none either way.',
  },
  {
    file: 'events/consuming/failed-message.ts',
    before: "const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : '';",
    after: `const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : "Stryker was here!";`,
    why: 'Any text without frames is as good as none.',
  },
  {
    file: 'platform/content-hash.ts',
    before: '? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))',
    after: '? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left <= right ? -1 : 1)))',
    why: 'The keys of an object are distinct: no two are equal.',
  },
  {
    file: 'services/catalog/quote.ts',
    before: 'const largest = goods > total ? goods : total;',
    after: 'const largest = goods >= total ? goods : total;',
    why: 'Where both are equal, either is the larger one.',
  },
  {
    file: 'services/customers/store.ts',
    before: 'if (rows.length === 0) await findCustomer(database, customerId);',
    after: 'if (true) await findCustomer(database, customerId);',
    why: 'A customer with purchases exists: looking for them again changes no answer.',
  },
  {
    file: ledger,
    before: 'if (rows.length === journals.length) return;',
    after: 'if (false) return;',
    why: 'It saves time: of journals that were all posted now, none is looked at again.',
  },
  ...[
    isPosted.replace(/ = .*/, ' = () => undefined;'),
    isPosted.replace(/\(row\) => .*/, '() => undefined);'),
    isPosted.replace(/\(row\) => .*/, '(row) => false);'),
    isPosted.replace('row.kind === kind', 'true'),
    isPosted.replace('row.kind === kind', 'row.kind !== kind'),
  ].map((after) => ({ file: ledger, before: isPosted, after, why: postedNow })),
  {
    file: ledger,
    before: 'for (const journal of journals) if (!isPosted(journal)) await refuseOtherContent(transaction, journal);',
    after: 'for (const journal of journals) if (true) await refuseOtherContent(transaction, journal);',
    why: postedNow,
  },
  {
    file: ledger,
    before: 'if (rows[0]?.hash === hash) return;',
    after: 'if (rows[0].hash === hash) return;',
    why: 'Only the types ask for it: a journal that was not posted now is there, and none is ever taken away.',
  },
  ...["if (false) throw new Error('a count has one row');", 'if (!result) ;'].map((after) => ({
    file: ledger,
    before: "if (!result) throw new Error('a count has one row');",
    after,
    why: 'Only the types ask for it: a count has one row.',
  })),
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

/** @returns `undefined` when the survivor is a gap in the tests */
export const explain = ({ file, before, after }: Survivor): string | undefined =>
  explanations.find((one) => one.file === file && one.before === before && one.after === after)?.why;
