import { statSync } from 'node:fs';

type Environment = Record<string, string | undefined>;

/** What is reached without a proxy, whatever a shell says. */
const loopback = ['localhost', '127.0.0.1', '::1', '[::1]'];
const proxies = ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
const exceptions = ['no_proxy', 'NO_PROXY'] as const;

/** Of OpenTelemetry's variables those that `docs/operations.md` lists; its library would read many more. */
const telemetry =
  /^OTEL_(EXPORTER_OTLP_(COMPRESSION|ENDPOINT|HEADERS(_FILE)?|TIMEOUT)|TRACES_FILE|TRACES_SAMPLER(_ARG)?|RESOURCE_ATTRIBUTES)$/;

/**
 * Takes out of this process's environment what libraries and scripts would read there although it is not meant for them:
 * PostgreSQL's defaults (`PGSSLMODE`, `PGOPTIONS`, …), those of shell scripts, a folder for temporary files that does not
 * exist, and what lets Node believe every certificate. Loopback addresses are reached without a proxy from then on.
 */
export function shedShell(environment: Environment = process.env): void {
  for (const name of Object.keys(environment)) {
    const isUnasked = /^PG[A-Z]/.test(name) || (name.startsWith('OTEL_') && !telemetry.test(name));
    if (isUnasked || ['CDPATH', 'BASH_ENV', 'ENV', 'NODE_TLS_REJECT_UNAUTHORIZED'].includes(name))
      delete environment[name];
  }
  for (const name of ['TMPDIR', 'TMP', 'TEMP'])
    if (environment[name] && !isFolder(environment[name])) delete environment[name];
  if (proxies.some((name) => environment[name])) exceptLoopback(environment);
}

/** Adds the loopback addresses to what is reached without a proxy; `*`, which is everything, stays as it is. */
function exceptLoopback(environment: Environment): void {
  const [lower, upper] = exceptions.map((name) => environment[name]?.trim() || undefined);
  for (const name of exceptions)
    environment[name] = withLoopback((name === 'no_proxy' ? lower : upper) ?? lower ?? upper);
  // gRPC reads this one first, and knows no `*`.
  environment['no_grpc_proxy'] = withLoopback(environment['no_grpc_proxy'] ?? lower?.replaceAll('*', ''));
}

function withLoopback(list = ''): string {
  if (list === '*') return list;
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return [...new Set([...names, ...loopback])].join(',');
}

/** Whether an address (a host, `host:port` or a URL) is one of this machine alone. */
export function isLoopback(address: string): boolean {
  const url = address.includes('://') ? address : `tcp://${address}`;
  if (!URL.canParse(url)) return false;
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
