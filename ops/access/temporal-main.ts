import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { waitUntil } from '../../parts/wait.ts';
import { describeScript } from '../../platform/script.ts';
import { table } from '../../platform/table.ts';
import { startAuthorizingServer } from './temporal-server.ts';

const command = describeScript(
  'npm run temporal-access --',
  'Starts a server of Temporal on PostgreSQL that verifies tokens, and tries what each token may do there.',
)
  .option('--server <file>', 'the program that `go install go.temporal.io/server/cmd/server@v1.31.2` makes')
  .option('--sql-tool <file>', 'the one of `go.temporal.io/server/cmd/tools/sql@v1.31.2`')
  .parse();
const given = command.opts<{ server?: string; sqlTool?: string }>();
const { server: program, sqlTool } = given;
if (!program || !sqlTool) throw command.error('error: name both programs: --server and --sql-tool');
const options = { server: program, sqlTool };

const namespace = 'default';
const audience = 'temporal';
const issuer = 'https://issuer.example';

const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
const key = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'ES256', use: 'sig' };

interface Claims {
  readonly permissions?: readonly string[];
  readonly aud?: string;
  readonly lifetime?: string;
  readonly by?: typeof own;
}

const tokenOf = ({ permissions = [], aud = audience, lifetime = '1 hour', by = own }: Claims) =>
  new SignJWT({ permissions })
    .setProtectedHeader({ alg: 'ES256', kid: 'own' })
    .setIssuer(issuer)
    .setAudience(aud)
    .setSubject('person-1')
    .setExpirationTime(lifetime)
    .sign(by.privateKey);

const reader = ['default:read'];
const writer = ['default:write'];

/** What each token may do: nothing, look, or work. */
const tokens: Readonly<
  Record<string, { readonly claims: Claims | undefined; readonly may: 'nothing' | 'read' | 'write' }>
> = {
  'no token': { claims: undefined, may: 'nothing' },
  'no permission': { claims: {}, may: 'nothing' },
  'reader (Web UI)': { claims: { permissions: reader }, may: 'read' },
  'writer (workers)': { claims: { permissions: writer }, may: 'write' },
  'writer of another namespace': { claims: { permissions: ['another:write'] }, may: 'nothing' },
  'writer, expired': { claims: { permissions: writer, lifetime: '-1 hour' }, may: 'nothing' },
  'writer, foreign key': { claims: { permissions: writer, by: foreign }, may: 'nothing' },
  'writer, foreign audience': { claims: { permissions: writer, aud: 'another' }, may: 'nothing' },
};

type Access = 'read' | 'write' | 'admin';

/** What is tried, and what Temporal counts it as. */
const acts: readonly (readonly [string, Access, (connection: Connection) => Promise<unknown>])[] = [
  ['list', 'read', ({ workflowService }) => workflowService.listWorkflowExecutions({ namespace })],
  ['read', 'read', ({ workflowService }) => workflowService.describeNamespace({ namespace })],
  [
    'start',
    'write',
    ({ workflowService }) =>
      workflowService.startWorkflowExecution({
        namespace,
        workflowId: randomUUID(),
        requestId: randomUUID(),
        workflowType: { name: 'checkout' },
        taskQueue: { name: 'checkout' },
      }),
  ],
  [
    'terminate',
    'write',
    ({ workflowService }) =>
      workflowService.terminateWorkflowExecution({ namespace, workflowExecution: { workflowId: 'unknown' } }),
  ],
  [
    'poll',
    'write',
    (connection) =>
      // It waits for work: that it waits tells that it may.
      connection.withDeadline(Date.now() + 1_500, () =>
        connection.workflowService.pollActivityTaskQueue({ namespace, taskQueue: { name: 'other' } }),
      ),
  ],
  [
    'make a namespace',
    'admin',
    ({ workflowService }) => workflowService.registerNamespace({ namespace: `made-${randomUUID()}`, ...retention }),
  ],
];

const retention = { workflowExecutionRetentionPeriod: { seconds: 86_400 as never } };
const permissionDenied = 7;

const report = (line: string) => process.stderr.write(`${line}\n`);
const server = await startAuthorizingServer(options, { key, audience, report });
const wrong: string[] = [];
try {
  await createNamespace();
  const rows: string[][] = [];
  for (const [name, { claims, may }] of Object.entries(tokens)) {
    const allowed = await tryAll(claims && (await tokenOf(claims)));
    const expected = acts.map(
      ([, access]) => access !== 'admin' && (may === 'write' || (may === 'read' && access === 'read')),
    );
    if (JSON.stringify(allowed) !== JSON.stringify(expected)) wrong.push(name);
    rows.push([name, ...allowed.map((each) => (each ? '✓' : 'refused'))]);
  }
  process.stdout.write(`${table(['token', ...acts.map(([name]) => name)], rows)}\n`);
} finally {
  await server.stop();
}
for (const name of wrong) report(`✗ ${name}: may more or less than it should`);
if (wrong.length > 0) process.exitCode = 1;

/** Lazy: the first call of a connection that is opened at once is refused as well. */
function connect(token: string | undefined): Connection {
  return Connection.lazy({ address: server.address, tls: false, ...(token !== undefined && { apiKey: token }) });
}

/** Each act with one token: whether it is let in. What fails for another reason was. */
async function tryAll(token: string | undefined): Promise<boolean[]> {
  const connection = connect(token);
  const allowed: boolean[] = [];
  for (const [, , act] of acts) {
    try {
      await act(connection);
      allowed.push(true);
    } catch (error) {
      const { code, cause } = error as { code?: number; cause?: { code?: number } };
      allowed.push((code ?? cause?.code) !== permissionDenied);
    }
  }
  await connection.close();
  return allowed;
}

/** Who administers the cluster makes the namespace; it is there for all nodes after some seconds. */
async function createNamespace(): Promise<void> {
  const connection = connect(await tokenOf({ permissions: ['temporal-system:admin'] }));
  const { workflowService } = connection;
  const made = await waitUntil(
    () =>
      workflowService.registerNamespace({ namespace, ...retention }).then(
        () => true,
        (error) => error.code === 6,
      ),
    { within: 30_000 },
  );
  const isThere = () =>
    workflowService.listWorkflowExecutions({ namespace }).then(
      () => true,
      () => false,
    );
  const ready = made && (await waitUntil(isThere, { within: 30_000 }));
  await connection.close();
  if (!ready) throw new Error('the namespace could not be made');
}
