/** A block of `Label  value` lines for people; a line without a value is left out. */
export function details(lines: readonly (readonly [label: string, value: string | number | undefined])[]): string {
  const shown = lines.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}
