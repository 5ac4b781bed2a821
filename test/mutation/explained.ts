import type { Survivor } from './result.ts';

/** Why no test can, or need, notice a change. */
interface Explanation extends Pick<Survivor, 'file' | 'before' | 'after'> {
  readonly why: string;
}

const explanations: readonly Explanation[] = [
  {
    file: 'services/customers/store.ts',
    before: 'if (rows.length === 0) await findCustomer(database, customerId);',
    after: 'if (true) await findCustomer(database, customerId);',
    why: 'A customer with purchases exists: looking for them again changes no answer.',
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
