import type { Dashboard } from './dashboard.ts';

const handled = (events: string) =>
  `sum by (event) (rate(messaging_process_duration_seconds_count{consumer="order-history", outcome="handled", event=~"${events}"}[$__rate_interval])) * 60`;

const billing = (events: string) =>
  `sum by (event) (rate(messaging_events_published_total{event=~"${events}"}[$__rate_interval])) * 60 or vector(0)`;

/** What the shop does: checkouts, books, invoices. */
export const shop: Dashboard = {
  title: 'Shop',
  rows: {
    Checkouts: [
      {
        title: 'Checkouts by ending',
        description: 'A minute, by the event that ends them, each counted once.',
        unit: 'short',
        queries: [{ expression: handled('checkout.order.(completed|cancelled).v1'), legend: '{{event}}' }],
      },
      {
        title: 'Payments taken and refused',
        description: 'A minute.',
        unit: 'short',
        queries: [{ expression: handled('checkout.payment.(processed|failed).v1'), legend: '{{event}}' }],
      },
      {
        title: 'Processes that ended',
        description: 'A minute, by type; one that is refused or cancelled completes.',
        unit: 'short',
        queries: [
          {
            expression: 'sum by (workflow_type) (rate(temporal_workflow_completed_total[$__rate_interval])) * 60',
            legend: '{{workflow_type}}',
          },
          {
            expression: 'sum(rate(temporal_workflow_failed_total[$__rate_interval])) * 60 or vector(0)',
            legend: 'failed',
          },
        ],
      },
      {
        title: 'Duration of processes, p95',
        description: 'From the start to the end, waiting for people included.',
        unit: 's',
        queries: [
          {
            expression:
              'histogram_quantile(0.95, sum by (workflow_type, le) (rate(temporal_workflow_endtoend_latency_seconds_bucket[$__rate_interval])))',
            legend: '{{workflow_type}}',
          },
        ],
      },
    ],
    Objectives: [
      {
        title: 'What was bad in an hour',
        description: 'The share of each objective of docs/operations.md#objectives.',
        unit: 'percentunit',
        queries: [{ expression: 'objective:bad:ratio1h', legend: '{{objective}}' }],
      },
      {
        title: 'What was bad in three days',
        description: 'A tenth of the time in which the budget is to last.',
        unit: 'percentunit',
        queries: [{ expression: 'objective:bad:ratio3d', legend: '{{objective}}' }],
      },
    ],
    Books: [
      {
        title: 'Ledger lag',
        description: 'The age of events when they are posted.',
        unit: 's',
        queries: [0.5, 0.99].map((quantile) => ({
          expression: `histogram_quantile(${quantile}, sum by (le) (rate(messaging_consumer_lag_seconds_bucket{consumer="ledger"}[$__rate_interval])))`,
          legend: `p${quantile * 100}`,
        })),
      },
      {
        title: 'Events that the ledger has posted',
        description: 'A minute.',
        unit: 'short',
        queries: [
          {
            expression:
              'sum by (event) (rate(messaging_process_duration_seconds_count{consumer="ledger", outcome="handled"}[$__rate_interval])) * 60',
            legend: '{{event}}',
          },
        ],
      },
    ],
    Invoicing: [
      {
        title: 'Invoices, reminders, credit notes',
        description: 'A minute, as they are published.',
        unit: 'short',
        queries: [
          { expression: billing('billing.(invoice|credit-note)..+'), legend: '{{event}}' },
          { expression: billing('billing.monthly-invoicing.completed.v1'), legend: '{{event}}' },
        ],
      },
      {
        title: 'Payments of invoices',
        description: 'A minute, by card and transfer together.',
        unit: 'short',
        queries: [{ expression: billing('billing.(payment.received|credit.applied).v1'), legend: '{{event}}' }],
      },
      {
        title: 'Calls of billing',
        description: 'Answers of the service, by outcome.',
        unit: 'ops',
        queries: [
          {
            expression:
              'sum by (outcome) (rate(http_server_request_duration_seconds_count{service="billing"}[$__rate_interval])) or vector(0)',
            legend: '{{outcome}}',
          },
        ],
      },
    ],
  },
};
