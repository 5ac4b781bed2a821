import type { Explanation } from './explanation.ts';

const ledger = 'services/ledger/store.ts';
const isPosted =
  'const isPosted = ({ eventId, kind }: NewJournal) => rows.some((row) => row.eventId === eventId && row.kind === kind);';
const postedNow = 'What was posted now has its own content: comparing it with itself refuses nothing.';

const inventory = 'services/inventory/store.ts';
const stays = 'Only the types ask for it: a reservation whose id is taken is there, and none is ever taken away.';
const inProgress =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
  "if (!row) throw new ServiceFailure('InProgress', `${reservationId} is being changed by another call`);";

const customers = 'services/customers/store.ts';

const orderRefunds = 'services/orders/refund-store.ts';
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
const noRefund = "if (!rows[0]) throw new ServiceFailure('NotFound', `there is no refund ${refundId}`);";

const payments = 'services/payments/store.ts';
const refunds = 'services/payments/refund-store.ts';

export const stores: readonly Explanation[] = [
  {
    file: customers,
    before: "existing: 'update' | 'keep' = 'update',",
    after: "existing: 'update' | 'keep' = \"\",",
    why: 'Whatever is not `keep` updates.',
  },
  {
    file: customers,
    before: 'if (active.length === 0) return [];',
    after: 'if (false) return [];',
    why: 'It saves time: among none, none is found.',
  },
  ...["if (row?.state === 'cancelled') {", 'if (row?.contentHash !== hash) {', "if (row?.state !== 'cancelled') {"].map(
    (before) => ({
      file: 'services/orders/store.ts',
      before,
      after: before.replace('?.', '.'),
      why: 'Only the types ask for it: an order whose id is taken is there, and none is ever taken away.',
    }),
  ),
  {
    file: orderRefunds,
    before: 'if (row?.orderId !== orderId) throw conflict(refundId);',
    after: 'if (row.orderId !== orderId) throw conflict(refundId);',
    why: 'Only the types ask for it: a refund whose id is taken is there, and none is ever taken away.',
  },
  ...["if (false) throw new Error('a sum has one row');", 'if (!given) ;'].map((after) => ({
    file: orderRefunds,
    before: "if (!given) throw new Error('a sum has one row');",
    after,
    why: 'Only the types ask for it: a sum has one row.',
  })),
  ...[noRefund.replace('!rows[0]', 'false'), noRefund.replace("'NotFound'", '""')].map((after) => ({
    file: orderRefunds,
    before: noRefund,
    after,
    why: 'Only the types ask for it: the refund that is read was written in the same transaction.',
  })),
  {
    file: payments,
    before: 'if (!rows[0]) throw notFound(paymentId);',
    after: 'if (false) throw notFound(paymentId);',
    why: 'Only the types ask for it: a payment of which an intent is kept, or a void ends, is there, and none is ever taken away.',
  },
  {
    file: refunds,
    before: 'if (rows[0]?.isVoided) {',
    after: 'if (rows[0].isVoided) {',
    why: 'Only the types ask for it: a payment that was captured is there, and none is ever taken away.',
  },
  {
    file: refunds,
    before: 'const left = captured - Math.max(sum.rows[0]?.reserved ?? 0, given);',
    after: 'const left = captured - Math.max(sum.rows[0].reserved ?? 0, given);',
    why: 'Only the types ask for it: a sum has one row.',
  },
  {
    file: customers,
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
  ...["if (false) throw new Error('a count has one row');", 'if (!result) ;'].map((after) => ({
    file: ledger,
    before: "if (!result) throw new Error('a count has one row');",
    after,
    why: 'Only the types ask for it: a count has one row.',
  })),
  { file: inventory, before: inProgress, after: inProgress.replace("'InProgress'", '""'), why: stays },
  { file: inventory, before: inProgress, after: inProgress.replace('!row', 'false'), why: stays },
  {
    file: inventory,
    before: 'if (!rows[0]) throw notFound(reservationId);',
    after: 'if (false) throw notFound(reservationId);',
    why: 'Only the types ask for it: the reservation that ends is locked, so it is there.',
  },
  {
    file: 'services/inventory/restocking.ts',
    before: "if (rows[0]?.hash !== hash) throw conflict('restockId', restockId);",
    after: "if (rows[0].hash !== hash) throw conflict('restockId', restockId);",
    why: 'Only the types ask for it: a restock whose id is taken is there, and none is ever taken away.',
  },
  ...[
    [
      'export async function findKnownPayment(database: Database, paymentId: PaymentId): Promise<PaymentRow | undefined> { … }',
      'export async function findKnownPayment(database: Database, paymentId: PaymentId): Promise<PaymentRow | undefined> {}',
    ],
    [
      'const { rows } = await sql<PaymentRow>` … `.execute(database);',
      'const { rows } = await sql<PaymentRow>``.execute(database);',
    ],
  ].map(([before = '', after = '']) => ({
    file: 'services/payments/store.ts',
    before,
    after,
    why: 'Without this look a void begins, finds what is captured, and is abandoned: the same in the end.',
  })),
];
