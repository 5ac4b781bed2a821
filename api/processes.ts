import type { Client } from '@temporalio/client';
import { ProcessClient } from '../client/process-client.ts';
import { definitionOf } from '../client/process-kinds.ts';
import type { FrontDoorServices } from '../client/services.ts';
import type { ApiHandlers } from './caller.ts';
import { following, type Within } from './following.ts';
import type { processOperations } from './processes-contract.ts';

/** What operators, and those who approve, do about processes of every kind. */
export function processHandlers(
  temporal: Client,
  services: FrontDoorServices,
  within: Within,
): ApiHandlers<typeof processOperations> {
  const open = (kind: string) => {
    const client = new ProcessClient(temporal, definitionOf(kind), services);
    return { client, ...following(client) };
  };
  return {
    listProcesses: ({ kind, orderId, state, needsOperator, limit, after }, caller) =>
      within(caller, async () => {
        const { rows, next } = await open(kind).client.page({
          ...{ limit, after },
          ...(orderId && { orderId }),
          ...(state && { state }),
          ...(needsOperator && { needsOperator: true }),
        });
        return { processes: rows as never, next };
      }),
    readProcess: ({ kind, id }, caller) => within(caller, async () => open(kind).read(id) as never),
    watchProcess: async ({ kind, id }, caller) => {
      const { read, watch } = open(kind);
      return watch(id, await within(caller, () => read(id)), caller) as never;
    },
    readResult: ({ kind, id }, caller) => within(caller, async () => open(kind).result(id) as never),
    cancelProcess: ({ kind, id, version }, caller) =>
      within(caller, async () => {
        const { client, requireSeen } = open(kind);
        await requireSeen(id, version);
        return client.cancel(id) as never;
      }),
    resolveCall: ({ kind, id, version, what, decision, note }, caller) =>
      within(caller, async () => {
        const { client, requireSeen } = open(kind);
        await requireSeen(id, version);
        return client.resolve(id, { what, decision, note, ...caller.actor });
      }),
    decideApproval: ({ kind, id, version, decision, note }, caller) =>
      within(caller, async () => {
        const { client, requireSeen } = open(kind);
        await requireSeen(id, version);
        return client.decideApproval(id, { decision, note, ...caller.actor });
      }),
  };
}
