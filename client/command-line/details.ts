/** A line for people; one without a value is left out. */
export type DetailLine = readonly [label: string, value: string | number | undefined];

/** A block of `Label  value` lines for people. */
export function details(lines: readonly DetailLine[]): string {
  const shown = lines.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}
