import { z } from 'zod';
import { currencyLimitsSchema } from '../../contracts/currency-limits.ts';
import { type ApprovalLimits, standardApprovalLimits } from '../../contracts/purchase-orders.ts';
import { type Environment, readConfiguration } from '../../platform/configuration.ts';

/** What is configured of purchasing. */
export interface PurchasingSettings {
  readonly approvalLimits: ApprovalLimits;
}

const environmentSchema = z.object({ ORDER_CFO_ABOVE: currencyLimitsSchema });

/**
 * @returns what is configured; for a currency that is not named what is standard
 * @throws {ConfigurationError} when a limit is none
 */
export function readPurchasingSettings(environment: Environment): PurchasingSettings {
  const { ORDER_CFO_ABOVE: limits } = readConfiguration(environmentSchema, environment);
  return { approvalLimits: { ...standardApprovalLimits, ...limits } };
}
