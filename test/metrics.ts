/**
 * Reads one value out of metrics in the text format of Prometheus.
 *
 * @returns the sum of what the series of this name show whose labels have these values; `undefined` when there is none
 */
export function readMetric(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const values = text.split('\n').flatMap((line) => {
    const [, series, inBraces = '', value] = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (series !== name) return [];
    const shown = inBraces.split(/,(?=[a-z_]+=)/i);
    return wanted.every((one) => shown.includes(one)) ? [Number(value)] : [];
  });
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}
