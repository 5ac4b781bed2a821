import type { Client, Connection } from '@temporalio/client';
import { keepsSpans } from '../../platform/tracing.ts';
import type { FollowedProcess } from '../followed-process.ts';
import { type FrontDoor, openFrontDoor } from '../front-door.ts';
import { type Addresses, createServiceClients, findAddresses, type ServiceClients } from '../services.ts';
import { webPageOf } from '../web-page.ts';

/** One process of any kind, and where people look at it. */
export interface NamedProcess {
  /** `dispute`, of `dispute/dp_1`. */
  readonly kind: string;
  readonly id: string;
  readonly client: FollowedProcess;
  readonly webPage: string | undefined;
}

/** What one command works with; connections are opened when they are asked for. */
export class Session {
  readonly addresses: Addresses = findAddresses();
  /** Whether the answer goes to a program. */
  readonly json: boolean;
  #door: Promise<FrontDoor> | undefined;
  #services: ServiceClients | undefined;
  #temporal: Promise<Client> | undefined;
  #connection: Connection | undefined;
  #tracing: Promise<{ stop(): Promise<void> }> | undefined;

  constructor(json: boolean) {
    this.json = json;
  }

  /**
   * The front door: what people do goes through it.
   *
   * @throws {ConfigurationError} when no running system is found
   */
  door(): Promise<FrontDoor> {
    this.#door ??= this.#openDoor();
    return this.#door;
  }

  /**
   * The services behind it, for what looks into the system from the machine that it runs on.
   *
   * @throws {ConfigurationError} when no running system is found
   */
  services(): ServiceClients {
    this.#services ??= createServiceClients(this.addresses);
    return this.#services;
  }

  /**
   * @param name the kind and the id of a process: `dispute/dp_1`; an id alone is that of a checkout
   * @throws {ServiceFailure} `InvalidRequest` for a kind that there is not, or an id that is none
   * @throws {ConfigurationError} when no running system is found
   */
  async process(name: string): Promise<NamedProcess> {
    const [{ FollowedProcess }, { definitionOf, readProcessName }, door] = await Promise.all([
      import('../followed-process.ts'),
      import('../process-kinds.ts'),
      this.door(),
    ]);
    const { kind, id } = readProcessName(name);
    const definition = definitionOf(kind, name);
    const client = new FollowedProcess(door, definition, id);
    return { kind, id, client, webPage: this.webPage(definition.workflowIdOf(id)) };
  }

  async close(): Promise<void> {
    await this.#connection?.close();
    await (await this.#tracing)?.stop();
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

  async #openDoor(): Promise<FrontDoor> {
    await this.#trace();
    return openFrontDoor(this.addresses);
  }

  async #connect(): Promise<Client> {
    const [{ connectTemporalClient }] = await Promise.all([import('../../platform/temporal-client.ts'), this.#trace()]);
    const { client, connection } = await connectTemporalClient();
    this.#connection = connection;
    return client;
  }

  async #trace(): Promise<void> {
    if (!keepsSpans) return;
    this.#tracing ??= startTracing();
    await this.#tracing;
  }

  /** The page of a workflow in Temporal's Web UI, when its address is known. */
  webPage(workflowId: string): string | undefined {
    return webPageOf(workflowId, this.addresses['TEMPORAL_NAMESPACE'] || 'default', this.addresses);
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
