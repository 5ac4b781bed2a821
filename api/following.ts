import type { Client } from '@temporalio/client';
import { isEnd } from '../client/process-states.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { EventSource } from '../platform/http/contract.ts';
import type { ProcessResult, ProcessStatus } from '../workflows/kit/contract.ts';
import type { Caller } from './caller.ts';
import { requireVersion, versionOf } from './version.ts';
import { watch } from './watch.ts';

/** Milliseconds: what takes longer goes on, and is asked for again. */
const longestCall = 30_000;

/** Calls Temporal for as long as the caller waits. */
export type Within = <Answer>(caller: Caller, call: () => Promise<Answer>) => Promise<Answer>;

export const within =
  (temporal: Client): Within =>
  ({ context: { signal, timeoutMilliseconds = longestCall } }, call) =>
    temporal.withDeadline(Date.now() + Math.min(timeoutMilliseconds, longestCall), () =>
      temporal.withAbortSignal(signal, call),
    );

/** What is needed of the client of a kind of process to follow one. */
interface Followed<Id extends string, Status extends ProcessStatus<string>, Result extends ProcessResult> {
  status(id: Id): Promise<Status>;
  waitForResult(id: Id): Promise<Result>;
}

type Versioned<Status> = Status & { readonly version: string };

/** How processes of one kind are followed by callers of the front door. */
export interface Following<Id extends string, Status extends ProcessStatus<string>, Result extends ProcessResult> {
  /**
   * Where a process stands, or how one ended that Temporal has forgotten and its service remembers.
   *
   * @throws {ServiceFailure} `NotFound`; as `ProcessClient.status` does
   */
  read(id: Id): Promise<Versioned<Status>>;
  /**
   * The same, again at each change.
   *
   * @param first what it was when the watching began
   */
  watch(id: Id, first: Versioned<Status>, caller: Caller): EventSource<Versioned<Status>>;
  /**
   * How a process has ended.
   *
   * @throws {ServiceFailure} `InProgress` while it goes on; `InvalidState` when Temporal has cut it off; `NotFound`
   */
  result(id: Id): Promise<Result>;
  /** @throws {ServiceFailure} `InvalidState` when it does not stand any more where the person has seen it who decides */
  requireSeen(id: Id, version: string | undefined): Promise<void>;
}

export function following<Id extends string, Status extends ProcessStatus<string>, Result extends ProcessResult>(
  client: Followed<Id, Status, Result>,
): Following<Id, Status, Result> {
  const read = async (id: Id) => {
    const status = await statusOrEnd(client, id);
    return { ...status, version: versionOf(status) };
  };
  return {
    read,
    watch: (id, first, { context }) => watch(first, () => read(id), context.lastEventId),
    async result(id) {
      const { state } = await read(id);
      if (isEnd(state)) return client.waitForResult(id);
      throw new ServiceFailure('InProgress', `it is ${state}, and has not ended: watch it to its end`);
    },
    requireSeen: (id, version) => requireVersion(version, () => client.status(id)),
  };
}

async function statusOrEnd<Id extends string, Status extends ProcessStatus<string>>(
  client: Followed<Id, Status, ProcessResult>,
  id: Id,
): Promise<Status> {
  try {
    return await client.status(id);
  } catch (error) {
    if (!(error instanceof ServiceFailure) || error.type !== 'NotFound') throw error;
    const { outcome, ...known } = await client.waitForResult(id);
    return { ...known, state: outcome, steps: [], needsOperator: [], decisions: [] } as unknown as Status;
  }
}

/** What a service remembers has ended, and needs no workflow any more. */
export function unlessForgotten(error: unknown): void {
  if (!(error instanceof ServiceFailure) || error.type !== 'NotFound') throw error;
}
