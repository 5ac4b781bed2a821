import type { Dashboard, Query } from './dashboard.ts';

const broken = 'outcome=~"Unavailable|DeadlineExceeded|Internal"';
const http = 'http_client_request_duration_seconds';
const grpc = 'rpc_client_call_duration_seconds';

/** Over both protocols: a service speaks one of them. */
const eitherProtocol = (query: (metric: string) => string) => `${query(http)} or ${query(grpc)}`;

const latency = (quantile: number): Query => ({
  expression: eitherProtocol(
    (metric) => `histogram_quantile(${quantile}, sum by (service, le) (rate(${metric}_bucket[$__rate_interval])))`,
  ),
  legend: `{{service}} p${quantile * 100}`,
});

/** Calls between services, and the processes. */
export const services: Dashboard = {
  title: 'Services',
  rows: {
    Calls: [
      {
        title: 'Call latency between services',
        description: 'As the callers see it, a second try included.',
        unit: 's',
        queries: [latency(0.5), latency(0.99)],
      },
      {
        title: 'Calls',
        description: 'A second, by service.',
        unit: 'ops',
        queries: [
          {
            expression: eitherProtocol((metric) => `sum by (service) (rate(${metric}_count[$__rate_interval]))`),
            legend: '{{service}}',
          },
        ],
      },
      {
        title: 'Calls that fail',
        description: 'Of all calls: Unavailable, DeadlineExceeded, Internal. A refusal of the business is none.',
        unit: 'percentunit',
        queries: [
          {
            expression: `(${eitherProtocol((metric) => `sum(rate(${metric}_count{${broken}}[$__rate_interval]))`)} or vector(0)) / (${eitherProtocol((metric) => `sum(rate(${metric}_count[$__rate_interval]))`)})`,
            legend: 'failed',
          },
        ],
      },
      {
        title: 'Circuit breaker trips',
        description: 'How often circuits have opened, and those that are open.',
        unit: 'short',
        queries: [
          {
            expression: 'sum by (service) (increase(circuit_breaker_trips_total[$__rate_interval]))',
            legend: 'to {{service}}',
          },
          { expression: 'sum(circuit_breaker_state{state="open"})', legend: 'open now' },
        ],
      },
    ],
    Processes: [
      {
        title: 'Memory',
        description: 'Resident, by role.',
        unit: 'bytes',
        queries: [{ expression: 'max by (role) (process_resident_memory_bytes)', legend: '{{role}}' }],
      },
      {
        title: 'Processor',
        description: 'Seconds a second, by role.',
        unit: 'short',
        queries: [
          { expression: 'sum by (role) (rate(process_cpu_seconds_total[$__rate_interval]))', legend: '{{role}}' },
        ],
      },
      {
        title: 'Event loop lag, p99',
        description: 'How long work waits for the process.',
        unit: 's',
        queries: [{ expression: 'max by (role) (nodejs_eventloop_lag_p99_seconds)', legend: '{{role}}' }],
      },
      {
        title: 'Roles that answer',
        description: 'Of all that are read.',
        unit: 'percentunit',
        isFigure: true,
        queries: [{ expression: 'avg(up{job="durable-checkout"})', legend: '' }],
      },
    ],
  },
};
