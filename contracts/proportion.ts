/**
 * `amount × part / whole`, rounded half up; nothing of nothing. The product may be larger than a number holds exactly.
 *
 * @param amount minor units, never negative
 */
export function proportion(amount: number, { part, whole }: { part: number; whole: number }): number {
  if (whole === 0) return 0;
  return Number((2n * BigInt(amount) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));
}
