import { InvalidArgumentError } from 'commander';

/** Reads a flag that is a whole number within limits. */
export const wholeNumber =
  (smallest: number, largest: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= smallest && value <= largest) return value;
    throw new InvalidArgumentError(`It is a whole number from ${smallest} to ${largest.toLocaleString('en')}.`);
  };

/** A line of a cart as it was typed; whether the quantity makes sense is for the checkout to say. */
export interface TypedLine {
  readonly sku: string;
  readonly quantity: number;
}

/** Reads `SKU=QUANTITY` and adds it to those before. */
export function addLine(text: string, lines: readonly TypedLine[] = []): TypedLine[] {
  const match = /^(.*)=([+-]?\d+(?:\.\d+)?)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('It is SKU=QUANTITY, such as product-1=2.');
  return [...lines, { sku: match[1] ?? '', quantity: Number(match[2]) }];
}
