/** The contract of everything that answers calls, by the protocol that it speaks. */
import { apiContract } from '../api/contract.ts';
import { billingContract } from '../services/billing/contract.ts';
import { catalogGrpcContract } from '../services/catalog/grpc-contract.ts';
import { codecContract } from '../services/codec/contract.ts';
import { communitiesContract } from '../services/communities/contract.ts';
import { customersContract } from '../services/customers/contract.ts';
import { deadLettersContract } from '../services/dead-letters/contract.ts';
import { inventoryContract } from '../services/inventory/contract.ts';
import { ledgerContract } from '../services/ledger/contract.ts';
import { orderHistoryContract } from '../services/order-history/contract.ts';
import { ordersContract } from '../services/orders/contract.ts';
import { paymentsContract } from '../services/payments/contract.ts';
import { payrollContract } from '../services/payroll/contract.ts';
import { purchasingContract } from '../services/purchasing/contract.ts';
import { reviewsGrpcContract } from '../services/reviews/grpc-contract.ts';
import { staffContract } from '../services/staff/contract.ts';

export const httpContracts = [
  apiContract,
  billingContract,
  codecContract,
  communitiesContract,
  staffContract,
  customersContract,
  deadLettersContract,
  inventoryContract,
  ledgerContract,
  orderHistoryContract,
  ordersContract,
  paymentsContract,
  payrollContract,
  purchasingContract,
] as const;

export const grpcContracts = [catalogGrpcContract, reviewsGrpcContract] as const;
