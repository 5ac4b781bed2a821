import type { purchaseOrderOperations } from '../../api/purchase-orders-contract.ts';
import { formatMoney } from '../../contracts/currency.ts';
import type { OutputOf } from '../../platform/http/contract.ts';
import { describeReason, incomplete } from './describe-process.ts';
import { type DetailLine, details } from './details.ts';

type Status = OutputOf<(typeof purchaseOrderOperations)['readPurchaseOrder']>;

/** Where the approval of an order stands. */
export function answerOf(document: Status) {
  const { poId, number, state, reason, approval, currency, total } = document;
  const text = details([
    ['Order', poId],
    ['Number', number],
    ['State', state],
    ['Total', total !== undefined && currency ? formatMoney(total, currency) : undefined],
    ['Version', approval?.version],
    ...describedApproval(approval),
    ['Reason', describeReason(reason)],
  ]);
  const complaint =
    state === 'awaiting-approval' ? undefined : incomplete({ kind: 'purchase-order', id: poId }, state, reason);
  return { document, text, complaint };
}

interface Approved {
  readonly approvals: readonly { readonly by: string }[];
  readonly missing: readonly string[];
  readonly authors: readonly string[];
  readonly expiresAt: string;
}

/** Who has approved it, and whose approval is missing. */
export const describedApproval = (approval: Approved | undefined): DetailLine[] => [
  ['Approved by', approval?.approvals.map(({ by }) => by).join(', ')],
  ['Missing', approval?.missing.join(', ')],
  ['Written by', approval?.authors.join(', ')],
  ['Expires', approval?.expiresAt],
];
