import type { HttpClient } from '../platform/http/contract.ts';
import { accountOperations } from './accounts-contract.ts';
import { billingOperations } from './billing-contract.ts';
import { billOperations } from './bills-contract.ts';
import { checkoutOperations } from './checkouts-contract.ts';
import { communityOperations } from './communities-contract.ts';
import { customerOperations } from './customers-contract.ts';
import { doorContract } from './door-contract.ts';
import { goodsOperations } from './goods-contract.ts';
import { payrollOperations } from './payroll-contract.ts';
import { processOperations } from './processes-contract.ts';
import { purchaseOrderOperations } from './purchase-orders-contract.ts';
import { recordOperations } from './records-contract.ts';
import { refundOperations } from './refunds-contract.ts';
import { staffOperations } from './staff-contract.ts';

/** The front door: what people and other programs do. */
export const apiContract = doorContract({
  ...checkoutOperations,
  ...refundOperations,
  ...processOperations,
  ...accountOperations,
  ...billingOperations,
  ...customerOperations,
  ...goodsOperations,
  ...communityOperations,
  ...recordOperations,
  ...payrollOperations,
  ...staffOperations,
  ...purchaseOrderOperations,
  ...billOperations,
});

export type ApiClient = HttpClient<typeof apiContract>;
