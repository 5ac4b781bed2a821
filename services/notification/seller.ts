import { electronicFormatIBAN, friendlyFormatIBAN, isValidBIC, isValidIBAN } from 'ibantools';
import { z } from 'zod';
import { type Environment, readConfiguration } from '../../platform/configuration.ts';

/** Who issues the invoices, as it stands on them and in their mails. */
export interface Seller {
  readonly name: string;
  /** Line by line. */
  readonly address: readonly string[];
  /** The number under which it pays the tax of its invoices. */
  readonly taxId: string;
  /** The account that transfers go to, in groups of four. */
  readonly iban: string;
  /** Of the bank; transfers from abroad need it. */
  readonly bic?: string | undefined;
}

const oneLine = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, 'it has at least 1 character')
    .max(longest, `it has at most ${longest} characters`)
    .regex(/^\P{Cc}*$/u, 'it is one line, without control characters');

const electronic = (iban: string): string => electronicFormatIBAN(iban) ?? '';

const environment = z.object({
  SELLER_NAME: oneLine(100),
  SELLER_ADDRESS: oneLine(240)
    .transform((text) =>
      text
        .split(',')
        .map((line) => line.trim())
        .filter(Boolean),
    )
    .refine(({ length }) => length >= 1 && length <= 6, 'it has 1 to 6 lines, with a comma between them'),
  SELLER_TAX_ID: oneLine(40),
  SELLER_IBAN: z
    .string()
    .refine(
      (iban) => isValidIBAN(electronic(iban)),
      'it is no IBAN, or one of its digits is wrong; copy it from the bank',
    )
    .transform((iban) => friendlyFormatIBAN(electronic(iban)) ?? ''),
  SELLER_BIC: z.string().trim().refine(isValidBIC, 'it is no BIC, such as BYLADEM1001').optional(),
});

/**
 * Reads who issues the invoices. Nothing of it is guessed: customers pay into the account that is named here.
 *
 * @throws {ConfigurationError} with one line that names each missing or wrong variable
 */
export function readSeller(variables: Environment): Seller {
  const read = readConfiguration(environment, variables);
  return {
    name: read.SELLER_NAME,
    address: read.SELLER_ADDRESS,
    taxId: read.SELLER_TAX_ID,
    iban: read.SELLER_IBAN,
    bic: read.SELLER_BIC,
  };
}
