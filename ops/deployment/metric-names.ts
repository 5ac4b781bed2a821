/** Words of PromQL that stand where a metric could. */
const words = new Set([
  ...['sum', 'max', 'min', 'avg', 'count', 'rate', 'increase', 'deriv', 'absent', 'time', 'vector', 'changes'],
  ...['histogram_quantile', 'min_over_time', 'max_over_time', 'by', 'on', 'or', 'and', 'unless', 'offset', 'without'],
]);

/** The queries of a file of rules. */
export const ruleQueries = (rules: string): string[] =>
  [...rules.matchAll(/^ +expr: (?:\|\n((?: {10,}.*\n)+)|(.*)\n)/gm)].map(([, block, line]) =>
    (block ?? line ?? '').trim(),
  );

/** What a file of rules records. */
export const metricsOfRules = (rules: string): string[] =>
  [...rules.matchAll(/^ +- record: (\S+)$/gm)].map(([, name]) => `${name}`);

/** The metrics that a query reads; those of histograms by the name of the histogram. */
export function metricsOfQuery(query: string): string[] {
  const bare = query
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(by|on|without) \([^)]*\)/g, '');
  const names = [...bare.matchAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g)].map(([name]) =>
    name.replace(/_(bucket|count|sum)$/, ''),
  );
  return [...new Set(names)].filter((name) => !words.has(name) && name !== 'm');
}
