import type { Ports } from '../../parts/ports.ts';
import { hostAndPort } from '../../platform/listening.ts';
import { type RoleName, roleOf } from '../../roles/roles.ts';
import type { RoleProcess } from './role-process.ts';

/** The ports that a role needs for its metrics, by what they are for. */
export function metricsPorts(name: RoleName): string[] {
  const { speaksHttp, kind } = roleOf(name);
  return [...(speaksHttp ? [] : [`${name}.metrics`]), ...(kind === 'worker' ? [`${name}.temporal-metrics`] : [])];
}

/** Where a role that is started beside others shows its metrics: nowhere, since their ports are taken. */
export const noMetrics = { METRICS_PORT: '', TEMPORAL_METRICS_PORT: '' };

/** Where the processes are reached. */
interface MetricsPlace {
  readonly host: string;
  readonly protocol: 'http' | 'https';
  /** Whether Temporal's SDK, which has no TLS for it, may serve metrics of its own. */
  readonly servesCore: boolean;
}

/**
 * Where one role shows its metrics.
 *
 * @param process the roles of its process: one core serves the metrics of all workers in it
 * @param address where it listens, if it does
 * @returns the role's variables, and the addresses by the names of variables: `BRIDGE_WORKER_METRICS_URL`
 */
export function metricsOf(
  name: RoleName,
  { roles }: RoleProcess,
  ports: Ports,
  address: string | undefined,
  { host, protocol, servesCore }: MetricsPlace,
) {
  const prefix = name.toUpperCase().replaceAll('-', '_');
  const port = ports[`${name}.metrics`];
  const withCore = roleOf(name).kind === 'worker' && roles.find((each) => roleOf(each).kind === 'worker');
  const temporalPort = withCore && servesCore ? ports[`${withCore}.temporal-metrics`] : undefined;
  const environment = {
    ...noMetrics,
    ...(port && { METRICS_PORT: String(port) }),
    ...(temporalPort && { TEMPORAL_METRICS_PORT: String(temporalPort) }),
  };
  const addresses: Record<string, string> = {
    [`${prefix}_METRICS_URL`]: `${port ? `${protocol}://${hostAndPort(host, port)}` : address}/metrics`,
    ...(temporalPort && { [`${prefix}_TEMPORAL_METRICS_URL`]: `http://${hostAndPort(host, temporalPort)}/metrics` }),
  };
  return { environment, addresses };
}
