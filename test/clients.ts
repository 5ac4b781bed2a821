import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import { CheckoutClient } from '../client/checkout-client.ts';
import { RefundClient } from '../client/refund-client.ts';
import { type Addresses, createServiceClients, type ServiceClients } from '../client/services.ts';
import { loginsFile, withLogin } from '../ops/privileges/logins.ts';
import { connectTemporalClient } from '../platform/temporal-client.ts';

/** Everything by which a test acts on a system and looks at it. */
export interface Clients {
  readonly services: ServiceClients;
  readonly temporal: Client;
  /** Temporal's; to be closed after the tests. */
  readonly connection: Connection;
  readonly checkouts: CheckoutClient;
  readonly refunds: RefundClient;
}

/** As whom a process of a running system calls its services and its broker: it is known by its token, and by its login. */
export function identityOf(name: string, addresses = process.env as Addresses): Record<string, string> {
  const { ACCESS_TOKEN_FILE = '', AMQP_URL } = addresses;
  const access = path.dirname(ACCESS_TOKEN_FILE);
  const { broker } = JSON.parse(readFileSync(loginsFile(path.dirname(access)), 'utf8'));
  return {
    ACCESS_TOKEN_FILE: path.join(access, `${name}.token`),
    ...(broker[name] && { AMQP_URL: withLogin(String(AMQP_URL), name, broker[name]) }),
  };
}

/** @param addresses of the system; by default those of the environment */
export async function openClients(addresses = process.env as Addresses): Promise<Clients> {
  const { client: temporal, connection } = await connectTemporalClient(addresses);
  const services = createServiceClients(addresses);
  return {
    services,
    temporal,
    connection,
    checkouts: new CheckoutClient(temporal, services.orders),
    refunds: new RefundClient(temporal, services.orders),
  };
}
