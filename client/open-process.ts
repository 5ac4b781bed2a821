import type { Client } from '@temporalio/client';
import type { OrderAmounts } from '../contracts/amounts.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import { shorten } from '../contracts/foreign-text.ts';
import type { ProcessResult, ProcessStatus } from '../workflows/kit/contract.ts';
import type { ProcessDefinition } from '../workflows/kit/definition.ts';
import { processes } from '../workflows/processes.ts';
import { ProcessClient } from './process-client.ts';
import type { ServiceClients } from './services.ts';

/** The status of a process of any kind; those of an order name it, and their amounts. */
export interface AnyStatus extends ProcessStatus<string> {
  readonly orderId?: string;
  readonly amounts?: OrderAmounts | undefined;
  /** How the bank has decided about a dispute. */
  readonly decision?: 'won' | 'lost';
}

type AnyDefinition = ProcessDefinition<string, AnyStatus, ProcessResult, ServiceClients>;

const longestName = 100;

/** Every process of one kind. */
export interface Kind {
  readonly definition: AnyDefinition;
  readonly client: ProcessClient<string, AnyStatus, ProcessResult>;
}

/** One process, and the client of its kind. */
interface OpenProcess extends Pick<Kind, 'client'> {
  readonly kind: string;
  readonly id: string;
  readonly workflowId: string;
}

/** @throws {ServiceFailure} `InvalidRequest` for a kind that there is not */
export function openKind(temporal: Client, services: ServiceClients, kind: string, name = kind): Kind {
  const definition = (processes as readonly unknown[] as readonly AnyDefinition[]).find((one) => one.kind === kind);
  if (!definition) {
    const kinds = processes.map((one) => `${one.kind}/ID`).join(', ');
    throw new ServiceFailure(
      'InvalidRequest',
      `there is no process ${shorten(name, longestName)}; name one as ${kinds}`,
    );
  }
  return { definition, client: new ProcessClient(temporal, definition, services) };
}

/**
 * A process of any kind by its name.
 *
 * @param name `dispute/dp_1`; an id alone is that of a checkout
 * @throws {ServiceFailure} `InvalidRequest` for a kind that there is not
 */
export function openProcess(temporal: Client, services: ServiceClients, name: string): OpenProcess {
  const slash = name.indexOf('/');
  const kind = slash === -1 ? 'checkout' : name.slice(0, slash);
  const id = name.slice(slash + 1);
  const { definition, client } = openKind(temporal, services, kind, name);
  return { kind, id, workflowId: definition.workflowIdOf(id), client };
}
