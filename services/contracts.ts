/** The contract of every service, by the protocol that it speaks. */
import { billingContract } from './billing/contract.ts';
import { catalogGrpcContract } from './catalog/grpc-contract.ts';
import { codecContract } from './codec/contract.ts';
import { communitiesContract } from './communities/contract.ts';
import { customersContract } from './customers/contract.ts';
import { deadLettersContract } from './dead-letters/contract.ts';
import { inventoryContract } from './inventory/contract.ts';
import { ledgerContract } from './ledger/contract.ts';
import { orderHistoryContract } from './order-history/contract.ts';
import { ordersContract } from './orders/contract.ts';
import { paymentsContract } from './payments/contract.ts';
import { reviewsGrpcContract } from './reviews/grpc-contract.ts';

export const httpContracts = [
  billingContract,
  codecContract,
  communitiesContract,
  customersContract,
  deadLettersContract,
  inventoryContract,
  ledgerContract,
  orderHistoryContract,
  ordersContract,
  paymentsContract,
] as const;

export const grpcContracts = [catalogGrpcContract, reviewsGrpcContract] as const;
