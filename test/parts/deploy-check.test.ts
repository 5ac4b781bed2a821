import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type CheckResult, checkDeployment, refusalOfValues } from '../../ops/deployment/check/checks.ts';
import { complaintsOfManifests } from '../../ops/deployment/check/manifests.ts';
import { deployedRoles } from '../../ops/deployment/roles.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const oneMachine = path.join(project, 'deploy/chart/values-one-machine.yaml');
const report = () => undefined;

describe('npm run deploy:check', () => {
  let results: CheckResult[] = [];

  beforeAll(async () => {
    results = await checkDeployment(report);
  }, 600_000);

  test('finds nothing wrong in Dockerfile, compose file, chart and rules', () => {
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(9);
  });

  test('says of what it has not checked why not', () => {
    for (const { detail } of results.filter(({ outcome }) => outcome === 'unchecked')) expect(detail).not.toBe('');
  });
});

describe('values that make no sense', () => {
  test.each([
    ['replicas=0', '/replicas'],
    ['roles.ledger-consumer.replicas=2', '/roles/ledger-consumer/replicas'],
    ['roles.unknown.replicas=2', "'unknown' not allowed"],
    ['transport.mode=plain', '/transport/mode'],
    ['transport.certificateSecret=', '/transport/certificateSecret'],
    ['temporal.tls=false', '/temporal/tls'],
    ['image.tag=latest', '/image/tag'],
    ['access.issuer=http://login.shop.example', '/access/issuer'],
    ['workerVersion.deploymentName=shop', 'buildId'],
    ['database.pooler=session', '/database/pooler'],
    ['database.maximumConnections=100', 'and database.maximumConnections is 100'],
    ['networkPolicy.egress.database.to=null', '/networkPolicy/egress/database'],
  ])('are refused: %s', async (value, named) => {
    const refusal = await refusalOfValues(oneMachine, value, report);
    // Without Helm, which `npm run deploy:check` says, nothing can be refused.
    if (refusal !== 'unchecked') expect(refusal).toContain(named);
  });
});

test('a deployment of nothing lacks each role', () => {
  const complaints = complaintsOfManifests([]);
  expect(complaints).toEqual([
    ...deployedRoles.map((name) => `${name}: it has no Deployment`),
    'no NetworkPolicy denies what is not allowed',
    ...['migrations', 'topology', 'temporal'].map((job) => `there is no Job ${job}`),
  ]);
});

test('a Deployment without probes, resources and grace is complained of', () => {
  const labels = { 'app.kubernetes.io/component': 'orders' };
  const container = { command: ['node', 'roles/main.ts', 'orders'] };
  const spec = { template: { spec: { containers: [container] } } };
  const complaints = complaintsOfManifests([{ kind: 'Deployment', metadata: { name: 'shop-orders', labels }, spec }]);

  expect(complaints.filter((complaint) => complaint.startsWith('orders: '))).toEqual(
    [
      ...['it has no ServiceAccount', 'it has no NetworkPolicy', 'it has no Service', 'it has no startupProbe'],
      ...['it has no livenessProbe', 'it has no readinessProbe', 'it has no resources'],
      ...['it is given a token of Kubernetes', 'nothing spreads its processes', 'its runAsNonRoot is undefined'],
      ...['its runAsUser is undefined', 'its readOnlyRootFilesystem is undefined'],
      ...['its allowPrivilegeEscalation is undefined', 'DATABASE_URL does not come from a file'],
    ].map((complaint) => `orders: ${complaint}`),
  );
});
