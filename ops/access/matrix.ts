import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { pino } from 'pino';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Access } from '../../platform/access/principal.ts';
import type { GrpcContract } from '../../platform/grpc/contract.ts';
import { fromConnectError } from '../../platform/grpc/failure.ts';
import { serveGrpc } from '../../platform/grpc/server.ts';
import type { HttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { grpcContracts, httpContracts } from '../../roles/contracts.ts';
import { type CredentialKind, type Credentials, credentialKinds, makeCredentials } from './credentials.ts';
import { tryForeign } from './foreign.ts';

/** How one operation answered one kind of token: it let the call pass, or refused it. */
export type Verdict = 'passes' | 'Unauthenticated' | 'Forbidden' | 'NotFound' | 'not asked';

export interface AccessRow {
  /** `orders.placeOrder` */
  readonly operation: string;
  readonly access: Access;
  readonly verdicts: Readonly<Record<CredentialKind, Verdict>>;
}

const logger = pino({ level: 'silent' });

/** Where a call that has passed ends: what it would do is not the question here. */
const passed = () => Promise.reject(new ServiceFailure('NotFound', 'the call has passed'));

/** Calls each operation of each contract over the network with every kind of token. */
export async function runAccessMatrix(): Promise<AccessRow[]> {
  const credentials = await makeCredentials();
  const rows: AccessRow[] = [];
  for (const contract of httpContracts) rows.push(...(await tryHttp(contract, credentials)));
  const foreign = await tryForeign(credentials);
  for (const contract of grpcContracts) rows.push(...(await tryGrpc(contract, credentials)));
  return rows.map((row) => {
    const verdict = foreign.get(row.operation);
    return verdict ? { ...row, verdicts: { ...row.verdicts, 'foreign customer': verdict } } : row;
  });
}

/** How an operation has to answer. */
export function expected(access: Access, kind: CredentialKind): Verdict {
  if (kind === 'right role') return 'passes';
  if (kind === 'foreign customer') return 'NotFound';
  if (access === 'public' && (kind === 'no token' || kind === 'wrong role')) return 'passes';
  return kind === 'wrong role' ? 'Forbidden' : 'Unauthenticated';
}

async function tryHttp(contract: HttpContract, credentials: Credentials): Promise<AccessRow[]> {
  const server = await serveHttp(contract, everyHandler(contract) as never, {
    port: 0,
    logger,
    access: credentials.authenticate,
  });
  try {
    return await rowsOf(contract, credentials, async (name, token) => {
      const { method, path } = contract.operations[name] as HttpContract['operations'][string];
      const address = `${server.address}${path.replace(/:[A-Za-z]+/g, 'x')}`;
      const { status } = await fetch(address, { method, headers: token ? { authorization: `Bearer ${token}` } : {} });
      return verdictOf(status === 401 ? 'Unauthenticated' : status === 403 ? 'Forbidden' : 'passes');
    });
  } finally {
    await server.stop();
  }
}

async function tryGrpc(contract: GrpcContract, credentials: Credentials): Promise<AccessRow[]> {
  const server = await serveGrpc(contract, everyHandler(contract) as never, {
    port: 0,
    logger,
    access: credentials.authenticate,
  });
  const client = createClient(contract.service, createGrpcTransport({ baseUrl: server.address })) as unknown as Record<
    string,
    (message: object, options: { readonly headers: Record<string, string> }) => Promise<unknown>
  >;
  try {
    return await rowsOf(contract, credentials, async (name, token) => {
      try {
        await client[name]?.({}, { headers: token ? { authorization: `Bearer ${token}` } : {} });
        return 'passes';
      } catch (error) {
        return verdictOf(fromConnectError(contract.name, server.address, error, []).type);
      }
    });
  } finally {
    await server.stop();
  }
}

const verdictOf = (type: string): Verdict => (type === 'Unauthenticated' || type === 'Forbidden' ? type : 'passes');

const everyHandler = ({ operations }: { readonly operations: object }) =>
  Object.fromEntries(Object.keys(operations).map((name) => [name, passed]));

async function rowsOf(
  { name: service, operations }: { readonly name: string; readonly operations: Record<string, { access: Access }> },
  { tokenOf }: Credentials,
  call: (operation: string, token: string | undefined) => Promise<Verdict>,
): Promise<AccessRow[]> {
  const rows: AccessRow[] = [];
  for (const [name, { access }] of Object.entries(operations)) {
    const roles = access === 'public' ? ['customer'] : access;
    const verdicts: Partial<Record<CredentialKind, Verdict>> = {};
    for (const kind of credentialKinds) {
      verdicts[kind] = kind === 'foreign customer' ? 'not asked' : await call(name, await tokenOf(kind, roles));
    }
    rows.push({ operation: `${service}.${name}`, access, verdicts: verdicts as AccessRow['verdicts'] });
  }
  return rows;
}
