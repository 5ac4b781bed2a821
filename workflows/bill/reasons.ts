import { billRefusals } from '../../contracts/bill-refusals.ts';
import type { Reason } from '../kit/contract.ts';
import type { EnteredBill } from './contract.ts';

/** Why a bill ended whose workflow was cancelled before it was accepted. */
export const billCancelled: Reason = {
  type: 'InvalidState',
  message: 'it was cancelled before it was accepted; nothing is owed',
};

/** Why a bill was rejected, as far as purchasing remembers it: the words. */
export const reasonOfRejected = ({ reason = 'it was rejected' }: Pick<EnteredBill, 'reason'>): Reason =>
  reason === billCancelled.message ? billCancelled : { type: billRefusals.BillRejected.type, message: reason };
