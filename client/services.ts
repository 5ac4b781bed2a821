import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { namesToken, type TokenSource } from '../platform/access/token-source.ts';
import { ConfigurationError, readConfiguration, readVariable } from '../platform/configuration.ts';
import type { HttpClient, HttpContract } from '../platform/http/contract.ts';
import { isLoopback } from '../platform/shell.ts';
import { readState } from '../platform/state-file.ts';
import { trustAuthority } from '../platform/transport/authority.ts';
import { lateClient } from './late-client.ts';
import { ownToken } from './own-token.ts';

const authorityVariable = 'NODE_EXTRA_CA_CERTS';

/** Where the services are, by the variables that hold their addresses. */
export type Addresses = Readonly<Record<string, string>>;

/** The file that `npm start` writes: by it the command line finds the running system. */
const startedAddresses = fileURLToPath(new URL('../.data/addresses.json', import.meta.url));

/**
 * The addresses of the system to talk to: those in the environment, and for what is not there those of the system that
 * `npm start` runs on this machine, unless `API_URL` names the front door of another one. They are put into the environment, where Temporal's own settings are read from.
 *
 * @throws {DamagedFileError} when the file with the addresses is damaged
 * @throws {ConfigurationError} when the broker would be sent messages in clear text beyond this machine
 */
export function findAddresses(): Addresses {
  const running =
    readState(
      startedAddresses,
      z.record(z.string(), z.string()),
      'stop `npm start` and start it again: it writes it',
    ) ?? {};
  const started = addressesFor(process.env, running);
  takeBrokerOfFile(process.env);
  useTemporalOf(started, process.env);
  const authority = started[authorityVariable];
  // Node has read it at the start of this process, if at all.
  if (authority && !process.env[authorityVariable]) trustAuthority(authority);
  const isKnownElsewhere = namesIdentity(started, process.env);
  const { TEMPORAL_ADDRESS: named = started['TEMPORAL_ADDRESS'] } = process.env;
  for (const [name, address] of Object.entries(started)) {
    // The keys of one Temporal are none of another one's.
    if (name.startsWith('PAYLOAD_KEYS_') && named !== started['TEMPORAL_ADDRESS']) continue;
    if (isKnownElsewhere && name.startsWith('ACCESS_')) continue;
    process.env[name] ||= address;
  }
  readConfiguration(z.object({ AMQP_URL: z.string().optional() }), process.env);
  return process.env as Addresses;
}

/**
 * What counts of the addresses of the system that runs here: nothing for a shell that names the front door of another one, the
 * token least of all.
 */
export const addressesFor = (shell: Readonly<Record<string, string | undefined>>, running: Addresses): Addresses =>
  (shell['API_URL'] || running['API_URL']) === running['API_URL'] ? running : {};

/** The broker that a file names, as the job of a deployment has it, is the one of the environment. */
function takeBrokerOfFile(environment: Record<string, string | undefined>): void {
  const url = readVariable('AMQP_URL', environment);
  if (url === undefined) return;
  environment['AMQP_URL'] = url;
  delete environment['AMQP_URL_FILE'];
}

/** Whether a shell names who calls: by a token, or by another provider than the one of the running system. */
function namesIdentity(started: Addresses, shell: Readonly<Record<string, string | undefined>>): boolean {
  const { ACCESS_ISSUER: issuer = started['ACCESS_ISSUER'] } = shell;
  return namesToken(shell) || issuer !== started['ACCESS_ISSUER'];
}

/**
 * Temporal is either the one that `TEMPORAL_ADDRESS` names or the one of the running system, with all that belongs to
 * it: a namespace, key or profile of the shell without an address is for another one.
 */
export function useTemporalOf(started: Addresses, environment: Record<string, string | undefined>): void {
  const { TEMPORAL_ADDRESS: address } = started;
  if (!address || (environment['TEMPORAL_ADDRESS'] ?? address) !== address) return;
  const ofShell = Object.keys(environment).filter((name) => name.startsWith('TEMPORAL_'));
  // A system whose Temporal is elsewhere was started with the key that opens it, and needs it here, too.
  const unused = isLoopback(address) ? ofShell : ['TEMPORAL_NAMESPACE', 'TEMPORAL_WEB_UI'];
  for (const name of unused) delete environment[name];
}

const service = z.url({ protocol: /^https?$/ });

/** Where the services are that people look into. */
export const serviceAddresses = z.object({
  CUSTOMERS_URL: service,
  CATALOG_URL: service,
  /** Only where reviews are read or submitted. */
  REVIEWS_URL: service.optional(),
  ORDERS_URL: service,
  STAFF_URL: service,
  /** Only where the ledger is compared with the payment provider. */
  PAYMENTS_URL: service.optional(),
  ORDER_HISTORY_URL: service,
  INVENTORY_URL: service,
  LEDGER_URL: service,
  BILLING_URL: service,
  COMMUNITIES_URL: service,
  PAYROLL_URL: service,
  PURCHASING_URL: service,
  /** Only where the mails go to the sink. */
  MAIL_SINK_URL: service.optional(),
  DEAD_LETTERS_URL: service,
});

/**
 * Typed clients of the services that people look into from outside; each is loaded when it is first called.
 *
 * @param token who calls. @default who works at this command line
 * @throws {ConfigurationError} when an address is missing: the system is not started, or not on this machine
 */
export function createServiceClients(addresses: Addresses, token: TokenSource = ownToken(addresses)) {
  let urls: z.infer<typeof serviceAddresses>;
  try {
    urls = readConfiguration(serviceAddresses, addresses);
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.message.includes(' is wrong: ')) throw error;
    throw new ConfigurationError(
      `no running system was found: start one with \`npm start\`, or set ${Object.keys(serviceAddresses.shape).join(', ')}`,
    );
  }
  const http = httpClients(token);
  return {
    customers: http(
      urls.CUSTOMERS_URL,
      async () => (await import('../services/customers/contract.ts')).customersContract,
    ),
    catalog: lateClient(async () =>
      (await import('../services/catalog/client.ts')).createCatalogClient({ token, url: urls.CATALOG_URL }),
    ),
    reviews: lateClient(async () => {
      const { REVIEWS_URL: url } = urls;
      if (!url) throw new ConfigurationError('REVIEWS_URL is missing: set it to the address of the reviews');
      return (await import('../services/reviews/client.ts')).createReviewsClient({ token, url });
    }),
    orders: http(urls.ORDERS_URL, async () => (await import('../services/orders/contract.ts')).ordersContract),
    get payments() {
      const { PAYMENTS_URL: url } = urls;
      // A page of a hundred is a call of the provider.
      if (url)
        return http(url, async () => (await import('../services/payments/contract.ts')).paymentsContract, 15_000);
      throw new ConfigurationError('PAYMENTS_URL is missing: set it to the address of the payments service');
    },
    orderHistory: http(
      urls.ORDER_HISTORY_URL,
      async () => (await import('../services/order-history/contract.ts')).orderHistoryContract,
    ),
    inventory: http(
      urls.INVENTORY_URL,
      async () => (await import('../services/inventory/contract.ts')).inventoryContract,
      15_000,
    ),
    billing: http(urls.BILLING_URL, async () => (await import('../services/billing/contract.ts')).billingContract),
    communities: http(
      urls.COMMUNITIES_URL,
      async () => (await import('../services/communities/contract.ts')).communitiesContract,
    ),
    payroll: http(
      urls.PAYROLL_URL,
      async () => (await import('../services/payroll/contract.ts')).payrollContract,
      15_000,
    ),
    purchasing: http(
      urls.PURCHASING_URL,
      async () => (await import('../services/purchasing/contract.ts')).purchasingContract,
    ),
    staff: http(urls.STAFF_URL, async () => (await import('../services/staff/contract.ts')).staffContract),
    ledger: http(urls.LEDGER_URL, async () => (await import('../services/ledger/contract.ts')).ledgerContract, 15_000),
    get mailSink() {
      const { MAIL_SINK_URL: url } = urls;
      if (url)
        return http(url, async () => (await import('../doubles/mail-sink/contract.ts')).mailSinkContract, 15_000);
      throw new ConfigurationError(
        'no mail sink runs, since the mails go to the server that SMTP_URL names; read them there, or set MAIL_SINK_URL',
      );
    },
    // Ten thousand replays in one call take a while.
    deadLetters: http(
      urls.DEAD_LETTERS_URL,
      async () => (await import('../services/dead-letters/contract.ts')).deadLettersContract,
      60_000,
    ),
  };
}

export type ServiceClients = ReturnType<typeof createServiceClients>;

/** Those that the front door calls, and knows from its start. */
export type FrontDoorServices = Omit<ServiceClients, 'mailSink' | 'payments'>;

const httpClients =
  (token: TokenSource) =>
  /** @param timeoutMilliseconds how long an answer may take. @default that of `createHttpClient` */
  <Contract extends HttpContract>(
    url: string,
    load: () => Promise<Contract>,
    timeoutMilliseconds?: number,
  ): HttpClient<Contract> =>
    lateClient<HttpClient<Contract>>(async () => {
      const [{ createHttpClient }, contract] = await Promise.all([import('../platform/http/client.ts'), load()]);
      return createHttpClient(contract, {
        token,
        url,
        ...(timeoutMilliseconds !== undefined && { timeoutMilliseconds }),
      });
    });
