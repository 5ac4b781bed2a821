import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { apiContract } from '../../api/contract.ts';
import { apiHandlers, type Backend } from '../../api/server.ts';
import { type HttpContract, type HttpOperation, pathParameters } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Credentials } from './credentials.ts';

/** Made under an id that the customer makes: there is nothing yet that would be another one's. */
const makesItsOwn: ReadonlySet<string> = new Set(['placeCheckout', 'submitReview']);

/**
 * Calls, as a customer, each operation of the front door that names a thing, where all things are another customer's: the
 * handlers are its own, and have to find out.
 *
 * @returns by operation, whether it said that there is no such thing
 */
export async function tryForeign({ authenticate, tokenOf }: Credentials): Promise<Map<string, 'NotFound' | 'passes'>> {
  const token = await tokenOf('foreign customer', ['customer']);
  const server = await serveHttp(apiContract, apiHandlers(everythingOf('another-customer')), {
    port: 0,
    logger: pino({ level: 'silent' }),
    access: authenticate,
  });
  const verdicts = new Map<string, 'NotFound' | 'passes'>();
  try {
    for (const [name, operation] of Object.entries(apiContract.operations as HttpContract['operations'])) {
      if (makesItsOwn.has(name) || !isAboutSomething(operation)) continue;
      const { status } = await callAsExample(server.address, operation, token);
      verdicts.set(`${apiContract.name}.${name}`, status === 404 ? 'NotFound' : 'passes');
    }
    return verdicts;
  } finally {
    await server.stop();
  }
}

const isAboutSomething = ({ access, path }: HttpOperation): boolean =>
  access !== 'public' && access.includes('customer') && path.includes('/:');

function callAsExample(address: string, { method, path, example }: HttpOperation, token = ''): Promise<Response> {
  const input: Readonly<Record<string, unknown>> = example?.input ?? {};
  const rest = Object.entries(input).filter(([name]) => !pathParameters(path).includes(name));
  const route = path.replace(/:([A-Za-z]+)/g, (_, name: string) => String(input[name]));
  const query = method === 'GET' ? `?${new URLSearchParams(rest as [string, string][])}` : '';
  return fetch(`${address}${route}${query}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(method !== 'GET' && { body: JSON.stringify(Object.fromEntries(rest)) }),
  });
}

/** A Temporal and services that have everything one asks for, and of which everything is one customer's. */
function everythingOf(customerId: string): Backend {
  const order = { customerId, orderId: 'x' };
  const found = async () => ({ ...order, order, payment: order, invoice: order, state: 'pending' });
  const service = new Proxy({}, { get: () => found });
  const services = new Proxy({}, { get: () => service });
  const attributes = new Map([['CustomerId', customerId]]);
  const typedSearchAttributes = { get: ({ name }: { readonly name: string }) => attributes.get(name) };
  const handle = {
    describe: async () => ({ status: { name: 'RUNNING' }, typedSearchAttributes, runId: 'x', memo: {} }),
    query: async () => ({ ...order, state: 'running', steps: [], needsOperator: [], decisions: [] }),
    executeUpdate: async () => ({ ...order, outcome: 'cancelled', undone: [] }),
  };
  const temporal = {
    withDeadline: (_: number, call: () => Promise<unknown>) => call(),
    withAbortSignal: (_: AbortSignal, call: () => Promise<unknown>) => call(),
    workflow: { getHandle: () => handle },
  };
  return { temporal: temporal as unknown as Client, services: services as Backend['services'] };
}
