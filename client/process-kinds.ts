import type { OrderAmounts } from '../contracts/amounts.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import { shorten } from '../contracts/foreign-text.ts';
import type { ProcessResult, ProcessStatus } from '../workflows/kit/contract.ts';
import type { ProcessDefinition } from '../workflows/kit/definition.ts';
import { processes } from '../workflows/processes.ts';
import type { FrontDoorServices } from './services.ts';

/** The status of a process of any kind; those of an order name it, and their amounts. */
export interface AnyStatus extends ProcessStatus<string> {
  readonly orderId?: string;
  readonly amounts?: OrderAmounts | undefined;
  /** How the bank has decided about a dispute. */
  readonly decision?: 'won' | 'lost';
}

/** The result of a process of any kind; those of an order name it, and their amounts. */
export type AnyResult = ProcessResult & Pick<AnyStatus, 'orderId' | 'amounts' | 'decision'>;

export type AnyDefinition = ProcessDefinition<string, AnyStatus, ProcessResult, FrontDoorServices>;

const longestName = 100;

/**
 * What a kind of process is.
 *
 * @param name what was said, for the message
 * @throws {ServiceFailure} `InvalidRequest` for a kind that there is not
 */
export function definitionOf(kind: string, name = kind): AnyDefinition {
  const definition = (processes as readonly unknown[] as readonly AnyDefinition[]).find((one) => one.kind === kind);
  if (definition) return definition;
  const kinds = processes.map((one) => `${one.kind}/ID`).join(', ');
  throw new ServiceFailure('InvalidRequest', `there is no process ${shorten(name, longestName)}; name one as ${kinds}`);
}

/** The kind and the id of a process by its name: `dispute/dp_1`; an id alone is that of a checkout. */
export function readProcessName(name: string): { readonly kind: string; readonly id: string } {
  const slash = name.indexOf('/');
  return { kind: slash === -1 ? 'checkout' : name.slice(0, slash), id: name.slice(slash + 1) };
}
