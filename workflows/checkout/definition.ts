import { type CheckoutId, checkoutIdSchema, type OrderId } from '../../contracts/identifiers.ts';
import { customerColumn } from '../customer-facts.ts';
import { cardPaymentStates } from '../kit/card-payment/states.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { searchAttributes } from '../search-attributes.ts';
import { totalColumn } from './columns.ts';
import type { CheckoutResult, CheckoutStatus } from './contract.ts';
import {
  cancelUpdate,
  checkoutWorkflow,
  checkoutWorkflowId,
  recoverCheckoutWorkflow,
  statusQuery,
} from './messages.ts';
import { afterThePivot, cancelledByCustomer } from './reasons.ts';
import { type CheckoutMemory, recallCheckoutResult } from './recall.ts';

/** What a checkout is to those who follow it. */
export const checkoutProcess: ProcessDefinition<
  CheckoutId,
  CheckoutStatus,
  CheckoutResult,
  { readonly orders: CheckoutMemory }
> = {
  kind: 'checkout',
  workflowTypes: [checkoutWorkflow, recoverCheckoutWorkflow],
  workflowIdOf: checkoutWorkflowId,
  idField: 'checkoutId',
  idSchema: checkoutIdSchema,
  statusQuery,
  cancelUpdate,
  states: { ...commonStates, ...cardPaymentStates },
  listing: { writtenState: searchAttributes.checkoutStatus, columns: [customerColumn, 'state', totalColumn] },
  cancelledAs: cancelledByCustomer,
  aftermath: 'the sweeper gives back the money and stock that it still holds, or carries a paid order through',
  endingOf: ({ outcome, orderId }) =>
    outcome === 'completed' ? `completed; to give it back, ${afterThePivot(orderId)}` : undefined,
  recall: ({ orders }, checkoutId) => recallCheckoutResult(orders, checkoutId),
  idsOf: (checkoutId) => ({ checkoutId, orderId: checkoutId as string as OrderId }),
};
