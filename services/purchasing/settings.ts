import { z } from 'zod';
import { currencyLimitsSchema } from '../../contracts/currency-limits.ts';
import { type ApprovalLimits, standardApprovalLimits } from '../../contracts/purchase-orders.ts';
import { type Environment, readConfiguration } from '../../platform/configuration.ts';
import type { MatchingTolerance } from './bill-matching.ts';

/** What is configured of purchasing. */
export interface PurchasingSettings {
  readonly approvalLimits: ApprovalLimits;
  readonly tolerance: MatchingTolerance;
}

/** 500.00, and in yen what is about that. */
const standardExcess: MatchingTolerance['excess'] = { USD: 50_000, EUR: 50_000, GBP: 50_000, JPY: 75_000 };

const environmentSchema = z.object({
  ORDER_CFO_ABOVE: currencyLimitsSchema,
  BILL_PRICE_TOLERANCE: z.coerce
    .number('use basis points: 200 is 2 %')
    .int('use whole basis points: 200 is 2 %')
    .min(0, 'a tolerance is at least 0')
    .max(10_000, 'a tolerance is at most 10000 basis points, which is 100 %')
    .default(200),
  BILL_EXCESS_ABOVE: currencyLimitsSchema,
});

/**
 * @returns what is configured; for a currency that is not named what is standard
 * @throws {ConfigurationError} when a limit is none
 */
export function readPurchasingSettings(environment: Environment): PurchasingSettings {
  const read = readConfiguration(environmentSchema, environment);
  return {
    approvalLimits: { ...standardApprovalLimits, ...read.ORDER_CFO_ABOVE },
    tolerance: { price: read.BILL_PRICE_TOLERANCE, excess: { ...standardExcess, ...read.BILL_EXCESS_ABOVE } },
  };
}
