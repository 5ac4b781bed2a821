import path from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import { CheckoutClient } from '../client/checkout-client.ts';
import { RefundClient } from '../client/refund-client.ts';
import { type Addresses, createServiceClients, type ServiceClients } from '../client/services.ts';
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

/** As whom a process of a running system calls its services: its token is beside that of the command line. */
export const identityOf = (name: string, addresses = process.env as Addresses): Record<string, string> => ({
  ACCESS_TOKEN_FILE: path.join(path.dirname(addresses['ACCESS_TOKEN_FILE'] ?? ''), `${name}.token`),
});

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
