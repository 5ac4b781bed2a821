import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ServiceFailure } from '../contracts/failures.ts';
import { ConfigurationError, readConfiguration } from '../platform/configuration.ts';
import type { HttpClient, HttpContract } from '../platform/http/contract.ts';
import { lateClient } from './late-client.ts';
import { ownToken } from './own-token.ts';
import type { Addresses } from './services.ts';

const environment = z.object({ API_URL: z.url({ protocol: /^https?$/ }) });

/** Milliseconds: the front door answers within 30 seconds, be it that it takes longer. */
const timeoutMilliseconds = 35_000;

/** A person makes few calls, and is told of each that fails. */
const failuresToOpen = 1_000;

/**
 * The typed client of the front door, by its subjects; the contract of each is loaded when it is first called. A call too many
 * in a minute waits for its turn.
 *
 * @param token who calls. @default who works at this command line
 * @throws {ConfigurationError} without an address: the system is not started, or not on this machine
 */
export function openFrontDoor(addresses: Addresses, token = ownToken(addresses)) {
  if (!addresses['API_URL']) {
    throw new ConfigurationError('no running system was found: start one with `npm start`, or set API_URL');
  }
  const { API_URL: url } = readConfiguration(environment, addresses);
  const subject = <const Operations extends HttpContract['operations']>(load: () => Promise<Operations>) => {
    type Client = HttpClient<HttpContract & { readonly operations: Operations }>;
    return lateClient<Client>(async () => {
      const [{ createHttpClient }, { doorContract }, operations] = await Promise.all([
        import('../platform/http/client.ts'),
        import('../api/door-contract.ts'),
        load(),
      ]);
      const options = { url: url.replace(/\/$/, ''), token, timeoutMilliseconds, failuresToOpen };
      return patient(createHttpClient(doorContract(operations), options) as Client);
    });
  };
  return {
    checkouts: subject(async () => (await import('../api/checkouts-contract.ts')).checkoutOperations),
    refunds: subject(async () => (await import('../api/refunds-contract.ts')).refundOperations),
    processes: subject(async () => (await import('../api/processes-contract.ts')).processOperations),
    accounts: subject(async () => (await import('../api/accounts-contract.ts')).accountOperations),
    billing: subject(async () => (await import('../api/billing-contract.ts')).billingOperations),
    customers: subject(async () => (await import('../api/customers-contract.ts')).customerOperations),
    goods: subject(async () => (await import('../api/goods-contract.ts')).goodsOperations),
    communities: subject(async () => (await import('../api/communities-contract.ts')).communityOperations),
    payroll: subject(async () => (await import('../api/payroll-contract.ts')).payrollOperations),
    purchaseOrders: subject(async () => (await import('../api/purchase-orders-contract.ts')).purchaseOrderOperations),
    bills: subject(async () => (await import('../api/bills-contract.ts')).billOperations),
    staff: subject(async () => (await import('../api/staff-contract.ts')).staffOperations),
    records: subject(async () => (await import('../api/records-contract.ts')).recordOperations),
  };
}

export type FrontDoor = ReturnType<typeof openFrontDoor>;

type AnyCall = (...input: unknown[]) => Promise<unknown>;

/** Milliseconds, where the answer does not say when the next call may come. */
const usualWait = 1_000;

function patient<Client extends object>(client: Client): Client {
  const calls = Object.entries(client as Record<string, AnyCall>).map(([name, call]): [string, AnyCall] => [
    name,
    async (...input) => {
      for (;;) {
        try {
          return await call(...input);
        } catch (error) {
          if (!(error instanceof ServiceFailure) || error.type !== 'RateLimited') throw error;
          await delay(error.detail.retryAfterMilliseconds ?? usualWait);
        }
      }
    },
  ]);
  return Object.fromEntries(calls) as Client;
}

/**
 * Makes a call until it is answered: what takes longer than the front door waits goes on there, and the same call asks for it.
 *
 * @param call one that is the same however often it is made
 */
export async function untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ServiceFailure) || error.type !== 'DeadlineExceeded') throw error;
    }
  }
}
