import { type Currency, minorDigits, parseMinorUnits } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';

/**
 * Reads an amount as it was typed, in major units.
 *
 * @param field what it is called in a message: `amount`
 * @returns minor units
 * @throws {ServiceFailure} `InvalidRequest` naming the field, when it is none in this currency
 */
export function readTypedAmount(text: string, currency: Currency, field: string): number {
  const amount = parseMinorUnits(text, currency);
  if (amount !== undefined) return amount;
  throw new ServiceFailure(
    'InvalidRequest',
    `${field}: ${text} is no amount in ${currency}; it is not negative and has at most ${minorDigits[currency]} decimals`,
    { field },
  );
}
