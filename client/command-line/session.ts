import type { Client, Connection } from '@temporalio/client';
import type { PersonRole } from '../../contracts/access.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { keepsSpans } from '../../platform/tracing.ts';
import type { ProcessResult } from '../../workflows/kit/contract.ts';
import type { CheckoutClient } from '../checkout-client.ts';
import type { AnyStatus, Kind } from '../open-process.ts';
import type { ProcessClient } from '../process-client.ts';
import { type Addresses, createServiceClients, findAddresses, type ServiceClients } from '../services.ts';
import { webPageOf } from '../web-page.ts';

/** Checkouts, and where people look at them. */
export interface Checkouts {
  readonly client: CheckoutClient;
  /** The page of a checkout in Temporal's Web UI, when its address is known. */
  webPage(checkoutId: string): string | undefined;
}

/** One process of any kind, and where people look at it. */
export interface NamedProcess {
  /** `dispute`, of `dispute/dp_1`. */
  readonly kind: string;
  readonly id: string;
  readonly client: ProcessClient<string, AnyStatus, ProcessResult>;
  readonly webPage: string | undefined;
}

/** What one command works with; connections are opened when they are asked for. */
export class Session {
  readonly addresses: Addresses = findAddresses();
  /** Whether the answer goes to a program. */
  readonly json: boolean;
  #services: ServiceClients | undefined;
  #temporal: Promise<Client> | undefined;
  #connection: Connection | undefined;
  #tracing: { stop(): Promise<void> } | undefined;

  constructor(json: boolean) {
    this.json = json;
  }

  /** @throws {ConfigurationError} when no running system is found */
  services(): ServiceClients {
    this.#services ??= createServiceClients(this.addresses);
    return this.#services;
  }

  /**
   * Who works at this command line, as their token says, for a record that is kept.
   *
   * @param roles of which they need one; who may really is for the services and Temporal's server to find out
   * @throws {ServiceFailure} `Unauthenticated` without a token, `Forbidden` without a role
   */
  async actor(...roles: PersonRole[]): Promise<{ readonly by: string; readonly issuer: string }> {
    const { ownIdentity } = await import('../own-token.ts');
    const { subject, issuer, roles: held } = await ownIdentity(this.addresses);
    if (roles.some((role) => held.includes(role))) return { by: subject, issuer };
    throw new ServiceFailure('Forbidden', `this is for ${roles.join(', ')}, and ${subject} is none of these`);
  }

  /** @throws {ConfigurationError} when Temporal cannot be reached */
  async checkouts(): Promise<Checkouts> {
    // Temporal's packages take most of the time to load, and half of the commands do without them.
    const [{ CheckoutClient }, { checkoutWorkflowId }, temporal] = await Promise.all([
      import('../checkout-client.ts'),
      import('../../workflows/checkout/messages.ts'),
      this.temporal(),
    ]);
    return {
      client: new CheckoutClient(temporal, this.services().orders),
      webPage: (id) => this.webPage(checkoutWorkflowId(id), temporal),
    };
  }

  /**
   * @param name the kind and the id of a process: `dispute/dp_1`; an id alone is that of a checkout
   * @throws {ServiceFailure} `InvalidRequest` for a kind that there is not
   * @throws {ConfigurationError} when Temporal cannot be reached
   */
  async process(name: string): Promise<NamedProcess> {
    const [{ openProcess }, temporal] = await Promise.all([import('../open-process.ts'), this.temporal()]);
    const { kind, id, workflowId, client } = openProcess(temporal, this.services(), name);
    return { kind, id, client, webPage: this.webPage(workflowId, temporal) };
  }

  /**
   * All processes of one kind.
   *
   * @throws {ServiceFailure} `InvalidRequest` for a kind that there is not
   * @throws {ConfigurationError} when Temporal cannot be reached
   */
  async kind(kind: string): Promise<Kind> {
    const [{ openKind }, temporal] = await Promise.all([import('../open-process.ts'), this.temporal()]);
    return openKind(temporal, this.services(), kind);
  }

  async close(): Promise<void> {
    await this.#connection?.close();
    await this.#tracing?.stop();
  }

  /**
   * One connection, however often it is asked for: it finds a server again that was away.
   *
   * @throws {ConfigurationError} when Temporal cannot be reached
   */
  temporal(): Promise<Client> {
    this.#temporal ??= this.#connect();
    return this.#temporal;
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

  /** The page of a workflow in Temporal's Web UI, when its address is known. */
  webPage(workflowId: string, { options: { namespace } }: Client): string | undefined {
    return webPageOf(workflowId, namespace, this.addresses);
  }
}

/** Loaded only where traces are wanted: it takes its time. */
async function startTracing(): Promise<{ stop(): Promise<void> }> {
  const [{ startTracing: start }, { createLogger }] = await Promise.all([
    import('../../platform/trace-export.ts'),
    import('../../platform/logging.ts'),
  ]);
  return start('command-line', createLogger('command-line'));
}
