import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { dashboardQueries } from '../../ops/deployment/dashboards/index.ts';
import { metricsOfQuery, metricsOfRules, ruleQueries } from '../../ops/deployment/metric-names.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const names = ['durable-checkout', 'objectives'];
const rules = names.map((name) => read(`deploy/observe/rules/${name}.yaml`)).join('');
const tests = names.map((name) => read(`deploy/observe/rules/${name}.test.yaml`)).join('');
const runbooks = read('docs/runbooks.md');
const alerts = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => `${name}`);

describe('an alert', () => {
  test.each(alerts)('%s has a section in the runbooks, which it names, and a test', (name) => {
    expect(runbooks).toMatch(new RegExp(`^## ${name}\n\\*\\*Means\\*\\* .`, 'm'));
    expect(rules).toContain(`runbook: docs/runbooks.md#${name.toLowerCase()}\n`);
    expect(tests).toContain(`ALERTS{alertname="${name}", alertstate="firing"}`);
  });

  test('is there for every section of the runbooks', () => {
    const sections = [...runbooks.matchAll(/^## (\w+)$/gm)].map(([, name]) => `${name}`);
    expect(sections.sort()).toEqual([...alerts].sort());
  });
});

describe('a metric of a rule or a dashboard', () => {
  /** What the page of the operators lists, with those that Node and the SDK bring. */
  const [, table = ''] = read('docs/operations.md').split('| metric | labels |');
  const listed = [...(table.split('\n\n')[0] ?? '').matchAll(/`([a-z_]+)`/g)].map(([, name]) => `${name}`);
  const ofNode = new Registry();
  collectDefaultMetrics({ register: ofNode });
  const known = new Set([
    ...listed,
    ...ofNode.getMetricsAsArray().map(({ name }) => name),
    ...['up', 'ALERTS'],
    // Of Temporal's SDK; test/system/prometheus.test.ts finds them at running workers.
    ...['temporal_workflow_completed_total', 'temporal_workflow_endtoend_latency_seconds'],
    ...['temporal_worker_task_slots_available', 'temporal_sticky_cache_size'],
    ...['temporal_workflow_task_execution_latency_seconds', 'temporal_activity_execution_failed_total'],
    ...metricsOfRules(rules),
  ]);
  const queries = [...ruleQueries(rules).map((expression) => ({ panel: 'a rule', expression })), ...dashboardQueries()];

  test.each(queries)('is listed in docs/operations.md: $panel, $expression', ({ expression }) => {
    const names = metricsOfQuery(expression);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});
