/** Minor digits of each currency that the shop sells in (ISO 4217). */
export const minorDigits = { USD: 2, EUR: 2, GBP: 2, JPY: 0 } as const;

/** The currencies that the shop sells in. */
export const currencies = Object.keys(minorDigits) as [Currency, ...Currency[]];

export type Currency = keyof typeof minorDigits;

/** `5998, 'USD'` becomes `59.98 USD`; thousands are grouped with commas. */
export function formatMoney(amount: number | bigint, currency: Currency): string {
  const digits = minorDigits[currency];
  const sign = amount < 0 ? '-' : '';
  const minor = (amount < 0 ? -amount : amount).toString().padStart(digits + 1, '0');
  const whole = minor.slice(0, minor.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}${whole}${digits === 0 ? '' : `.${minor.slice(-digits)}`} ${currency}`;
}

/**
 * Reads a decimal such as `59.98` into minor units of the currency.
 *
 * @returns the amount, or `undefined` when the text is no plain decimal or has more digits than the currency.
 */
export function parseMinorUnits(text: string, currency: Currency): number | undefined {
  const digits = minorDigits[currency];
  const match = /^(\d{1,13})(?:\.(\d+))?$/.exec(text.trim());
  if (!match || (match[2] ?? '').length > digits) return undefined;
  return Number(`${match[1]}${(match[2] ?? '').padEnd(digits, '0')}`);
}
