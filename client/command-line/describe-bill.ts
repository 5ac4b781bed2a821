import type { billOperations } from '../../api/bills-contract.ts';
import { formatMoney } from '../../contracts/currency.ts';
import type { OutputOf } from '../../platform/http/contract.ts';
import { describeReason, describeWaiting } from './describe-process.ts';
import { details } from './details.ts';

type Status = OutputOf<(typeof billOperations)['readVendorBill']>;
type Facts = OutputOf<(typeof billOperations)['payVendorBill']>;

const kinds: Readonly<Record<string, string>> = {
  quantity: 'billed more pieces than have come',
  price: 'a price is too high',
  excess: 'the prices of all bills of the order are too high together',
  'no-order': 'it is of no order',
};

/** What a bill differs in from its order: `line 1: a price is too high (61800, not 61200)`. */
export const describedMismatches = ({ variance }: Pick<Facts, 'variance'>): string | undefined =>
  variance?.mismatches
    .map(({ kind, line, allowed, billed }) => {
      const where = line === undefined ? '' : `line ${line}: `;
      return `${where}${kinds[kind] ?? kind} (${billed}, not ${allowed})`;
    })
    .join('; ');

/** What is still to be paid of a bill. */
export const describedOpen = ({ open, currency }: Pick<Facts, 'open' | 'currency'>): string | undefined =>
  open !== undefined && currency ? formatMoney(open, currency) : undefined;

/** Where a bill stands. */
export const describeBill = (status: Status): string =>
  details([
    ['Bill', status.billId],
    ['Number', status.number],
    ['Order', status.poNumber],
    ['State', status.state],
    ['Total', status.currency && formatMoney(status.total ?? 0, status.currency)],
    ['Open', describedOpen(status)],
    ['Due', status.dueDate],
    ['Differs', describedMismatches(status)],
    ['Version', status.variance?.mismatches.length ? status.variance.version : undefined],
    ['Waits for', status.waitingFor && describeWaiting(status.waitingFor)],
    ['Reason', describeReason(status.reason)],
  ]);
