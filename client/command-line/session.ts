import type { Client, Connection } from '@temporalio/client';
import { keepsSpans } from '../../platform/tracing.ts';
import type { CheckoutClient } from '../checkout-client.ts';
import type { ProviderClient } from '../provider-client.ts';
import type { RefundClient } from '../refund-client.ts';
import { type Addresses, createServiceClients, findAddresses, type ServiceClients } from '../services.ts';
import type { SweepClient } from '../sweep-client.ts';
import { webPageOf } from '../web-page.ts';

/** Checkouts, and where people look at them. */
export interface Checkouts {
  readonly client: CheckoutClient;
  /** The page of a checkout in Temporal's Web UI, when its address is known. */
  webPage(checkoutId: string): string | undefined;
}

/** Refunds, and where people look at them. */
export interface Refunds {
  readonly client: RefundClient;
  /** The page of a refund in Temporal's Web UI, when its address is known. */
  webPage(refundId: string): string | undefined;
}

/** What one command works with; connections are opened when they are asked for. */
export class Session {
  readonly addresses: Addresses = findAddresses();
  /** Whether the answer goes to a program. */
  readonly json: boolean;
  #connection: Connection | undefined;
  #tracing: { stop(): Promise<void> } | undefined;

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
    const [{ CheckoutClient }, { checkoutWorkflowId }, temporal] = await Promise.all([
      import('../checkout-client.ts'),
      import('../../workflows/checkout/messages.ts'),
      this.#connect(),
    ]);
    return {
      client: new CheckoutClient(temporal, this.services().orders),
      webPage: (id) => this.#webPage(temporal, checkoutWorkflowId(id)),
    };
  }

  /** @throws {ConfigurationError} when Temporal cannot be reached */
  async refunds(): Promise<Refunds> {
    const [{ RefundClient }, { refundWorkflowId }, temporal] = await Promise.all([
      import('../refund-client.ts'),
      import('../../workflows/refund/messages.ts'),
      this.#connect(),
    ]);
    return {
      client: new RefundClient(temporal, this.services().orders),
      webPage: (id) => this.#webPage(temporal, refundWorkflowId(id)),
    };
  }

  /** @throws {ConfigurationError} when Temporal cannot be reached */
  async sweeps(): Promise<SweepClient> {
    const [{ SweepClient }, temporal] = await Promise.all([import('../sweep-client.ts'), this.#connect()]);
    return new SweepClient(temporal);
  }

  /** @throws {ConfigurationError} when Temporal cannot be reached */
  async provider(): Promise<{ readonly client: ProviderClient }> {
    const [{ ProviderClient: Client }, temporal] = await Promise.all([
      import('../provider-client.ts'),
      this.#connect(),
    ]);
    return { client: new Client(temporal) };
  }

  async close(): Promise<void> {
    await this.#connection?.close();
    await this.#tracing?.stop();
  }

  async #connect(): Promise<Client> {
    const [{ connectTemporalClient }, tracing] = await Promise.all([
      import('../../platform/temporal-client.ts'),
      keepsSpans ? startTracing() : undefined,
    ]);
    this.#tracing ??= tracing;
    const { client, connection } = await connectTemporalClient();
    this.#connection = connection;
    return client;
  }

  #webPage({ options: { namespace } }: Client, workflowId: string): string | undefined {
    return webPageOf(workflowId, namespace, this.addresses);
  }
}

/** Loaded only where somebody wants the traces: it takes its time. */
async function startTracing(): Promise<{ stop(): Promise<void> }> {
  const [{ startTracing: start }, { createLogger }] = await Promise.all([
    import('../../platform/trace-export.ts'),
    import('../../platform/logging.ts'),
  ]);
  return start('command-line', createLogger('command-line'));
}
