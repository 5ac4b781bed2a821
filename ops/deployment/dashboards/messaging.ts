import type { Dashboard } from './dashboard.ts';

/** Events, queues, and what failed. */
export const messaging: Dashboard = {
  title: 'Messaging',
  rows: {
    Events: [
      {
        title: 'Event throughput',
        description: 'Published and confirmed, a second.',
        unit: 'ops',
        queries: [
          {
            expression: 'sum by (event) (rate(messaging_events_published_total[$__rate_interval]))',
            legend: '{{event}}',
          },
        ],
      },
      {
        title: 'Events handled',
        description: 'A second, by consumer and outcome.',
        unit: 'ops',
        queries: [
          {
            expression: 'sum by (consumer, outcome) (rate(messaging_process_duration_seconds_count[$__rate_interval]))',
            legend: '{{consumer}}: {{outcome}}',
          },
        ],
      },
      {
        title: 'Lag of consumers, p99',
        description: 'The age of events at the commit of their effect.',
        unit: 's',
        queries: [
          {
            expression:
              'histogram_quantile(0.99, sum by (consumer, le) (rate(messaging_consumer_lag_seconds_bucket[$__rate_interval])))',
            legend: '{{consumer}}',
          },
        ],
      },
      {
        title: 'Confirms of the broker, p99',
        description: 'From writing a message to its confirm.',
        unit: 's',
        queries: [
          {
            expression:
              'histogram_quantile(0.99, sum by (role, le) (rate(messaging_publish_confirm_duration_seconds_bucket[$__rate_interval])))',
            legend: '{{role}}',
          },
        ],
      },
    ],
    Failures: [
      {
        title: 'Failed messages',
        description: 'Parked, a minute, by reason.',
        unit: 'short',
        queries: [
          {
            expression:
              'sum by (consumer, reason) (rate(messaging_failed_messages_total[$__rate_interval])) * 60 or vector(0)',
            legend: '{{consumer}}: {{reason}}',
          },
          {
            expression: 'sum(rate(messaging_retries_total[$__rate_interval])) * 60 or vector(0)',
            legend: 'tried again',
          },
        ],
      },
      {
        title: 'Dead letters that wait for a person',
        description: 'By queue.',
        unit: 'short',
        queries: [{ expression: 'sum by (queue) (messaging_dead_letters_parked) or vector(0)', legend: '{{queue}}' }],
      },
    ],
    Queues: [
      {
        title: 'Queue depth',
        description: 'Messages that wait in a work queue or a retry tier.',
        unit: 'short',
        queries: [{ expression: 'max by (queue) (messaging_queue_messages)', legend: '{{queue}}' }],
      },
      {
        title: 'Subscriptions and connections',
        description: 'Consumers that take messages, connections that are not in order.',
        unit: 'short',
        queries: [
          { expression: 'sum(messaging_consumer_subscriptions)', legend: 'subscriptions' },
          { expression: 'sum(messaging_broker_connections{state!="connected"})', legend: 'connections, not in order' },
        ],
      },
      {
        title: 'Outbox and window',
        description: 'Events that are not published yet, messages that are not confirmed yet.',
        unit: 'short',
        queries: [
          { expression: 'max by (role) (messaging_outbox_events)', legend: 'outbox of {{role}}' },
          { expression: 'max by (role) (messaging_publish_window_in_use)', legend: 'window of {{role}}' },
          { expression: 'max(messaging_unrouted_events)', legend: 'unrouted' },
        ],
      },
    ],
  },
};
