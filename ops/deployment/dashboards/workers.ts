import type { Dashboard } from './dashboard.ts';

/** Workers of Temporal. */
export const workers: Dashboard = {
  title: 'Workers',
  rows: {
    Workers: [
      {
        title: 'Activities that wait for a worker, p99',
        description: 'From their schedule to their start.',
        unit: 's',
        queries: [
          {
            expression:
              'histogram_quantile(0.99, sum by (task_queue, le) (rate(temporal_activity_schedule_to_start_latency_seconds_bucket[$__rate_interval])))',
            legend: '{{task_queue}}',
          },
        ],
      },
      {
        title: 'Slots that are free',
        description: 'By kind of worker.',
        unit: 'short',
        queries: [
          {
            expression: 'sum by (role, worker_type) (temporal_worker_task_slots_available)',
            legend: '{{role}}: {{worker_type}}',
          },
        ],
      },
      {
        title: 'Workflows in memory',
        description: 'Of those that are open.',
        unit: 'short',
        queries: [{ expression: 'sum by (role) (temporal_sticky_cache_size)', legend: '{{role}}' }],
      },
      {
        title: 'Workflow tasks, p99',
        description: 'How long the worker takes for one.',
        unit: 's',
        queries: [
          {
            expression:
              'histogram_quantile(0.99, sum by (task_queue, le) (rate(temporal_workflow_task_execution_latency_seconds_bucket[$__rate_interval])))',
            legend: '{{task_queue}}',
          },
        ],
      },
      {
        title: 'Activities that failed',
        description: 'Attempts, a minute.',
        unit: 'short',
        queries: [
          {
            expression:
              'sum by (activity_type) (rate(temporal_activity_execution_failed_total[$__rate_interval])) * 60 or vector(0)',
            legend: '{{activity_type}}',
          },
        ],
      },
    ],
  },
};
