import type { Connection } from '@temporalio/client';
import type { CheckoutClient } from '../checkout-client.ts';
import { type Addresses, createServiceClients, findAddresses, type ServiceClients } from '../services.ts';

/** Checkouts, and where people look at them. */
export interface Checkouts {
  readonly client: CheckoutClient;
  /** The page of a checkout in Temporal's Web UI, when its address is known. */
  webPage(checkoutId: string): string | undefined;
}

/** What one command works with; connections are opened when they are asked for. */
export class Session {
  readonly addresses: Addresses = findAddresses();
  /** Whether the answer goes to a program. */
  readonly json: boolean;
  #connection: Connection | undefined;

  constructor(json: boolean) {
    this.json = json;
  }

  /** @throws {ConfigurationError} when no running system is found */
  services(): ServiceClients {
    return createServiceClients(this.addresses);
  }

  /** @throws {ConfigurationError} when Temporal cannot be reached */
  async checkouts(): Promise<Checkouts> {
    // Temporal's packages take most of the time to load, and half of the commands do without them.
    const [{ CheckoutClient }, { connectTemporalClient }, { checkoutWorkflowId }] = await Promise.all([
      import('../checkout-client.ts'),
      import('../../platform/temporal-client.ts'),
      import('../../workflows/checkout/messages.ts'),
    ]);
    const { client, connection } = await connectTemporalClient();
    this.#connection = connection;
    const site = this.addresses['TEMPORAL_WEB_UI'];
    const workflows = `namespaces/${encodeURIComponent(client.options.namespace)}/workflows`;
    return {
      client: new CheckoutClient(client),
      webPage: (id) => site && `${site}/${workflows}/${encodeURIComponent(checkoutWorkflowId(id))}`,
    };
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }
}
