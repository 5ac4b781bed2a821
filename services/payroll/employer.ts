import { z } from 'zod';
import { type Environment, readConfiguration } from '../../platform/configuration.ts';

/** Who pays the salaries, as it stands on payslips: the same as issues the invoices. */
export interface Employer {
  readonly name: string;
  /** Line by line. */
  readonly address: readonly string[];
}

const environment = z.object({
  SELLER_NAME: z.string().trim().min(1, 'it has at least 1 character').max(100, 'it has at most 100 characters'),
  SELLER_ADDRESS: z.string().trim().min(1, 'it has at least 1 character').max(240, 'it has at most 240 characters'),
});

/** @throws {ConfigurationError} with one line that names each missing or wrong variable */
export function readEmployer(variables: Environment): Employer {
  const { SELLER_NAME: name, SELLER_ADDRESS: address } = readConfiguration(environment, variables);
  const lines = address.split(',').map((line) => line.trim());
  return { name, address: lines.filter(Boolean) };
}
