import { type ActivityOptions, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { failure } from './failure.ts';
import { localFirst } from './local-first.ts';

/** What an activity's options are to a process, and what else it says of a call. */
export interface CallDefinition extends Pick<ActivityOptions, 'startToCloseTimeout' | 'heartbeatTimeout' | 'retry'> {
  /** The activity, where the call has another name. */
  readonly activity?: string;
  /** What it does, for people: shown in the Web UI. */
  readonly summary: string;
  /** How long all attempts may take together, in milliseconds. @default as long as it takes */
  readonly total?: number;
  /** Whether no attempt may go on for longer than the process has time: then the call needs a deadline. */
  readonly endsWithDeadline?: boolean;
  /**
   * Whether a local activity makes it, which costs no round trip to the server. `first`: one that fails in a transient way goes
   * on as a regular activity: a call that fails for long is one that people must see in the Web UI. `only`: in a moment or not
   * at all.
   * @default a regular activity makes it
   */
  readonly locally?: 'first' | 'only';
}

type Definitions = Readonly<Record<string, CallDefinition>>;

type NameOf<Key, Definition> = Definition extends { readonly activity: infer Name } ? Name : Key;

/** The calls of a process, each by its name. */
export type Calls<Activities, Defined extends Definitions> = {
  readonly [Key in keyof Defined]: NameOf<Key, Defined[Key]> extends keyof Activities
    ? Activities[NameOf<Key, Defined[Key]>]
    : never;
};

type AnyCall = (...parameters: unknown[]) => Promise<unknown>;

/**
 * Defines every call of a process to its activities: what it is for, how long it is tried, and whether locally first.
 *
 * ```ts
 * const openCalls = defineCalls<CheckoutActivities>()({ placeOrder: { summary: 'place the order', locally: 'first', … } });
 * const calls = openCalls(deadline);
 * await calls.placeOrder(order);
 * ```
 *
 * @returns opens the calls of one process; its parameter is the deadline of those that end with it, in milliseconds since 1970
 */
export function defineCalls<Activities extends object>() {
  return <const Defined extends Definitions>(definitions: Defined) =>
    (deadline = Number.POSITIVE_INFINITY): Calls<Activities, Defined> => {
      const calls = Object.entries(definitions).map(([key, definition]) => [key, call(key, definition, deadline)]);
      return Object.fromEntries(calls) as Calls<Activities, Defined>;
    };
}

function call(key: string, definition: CallDefinition, deadline: number): AnyCall {
  const { activity = key, locally } = definition;
  return (...parameters) => {
    const local = () => localActivity(activity)(...parameters);
    const regular = () => regularActivity(activity, definition, deadline)(...parameters);
    if (locally === 'only') return local();
    return locally === 'first' ? localFirst(local, regular) : regular();
  };
}

const activityOf = (proxy: object, name: string): AnyCall =>
  (proxy as Readonly<Record<string, AnyCall>>)[name] as AnyCall;

const localActivity = (activity: string): AnyCall =>
  activityOf(
    proxyLocalActivities({
      startToCloseTimeout: '2s',
      scheduleToCloseTimeout: '5s',
      retry: { initialInterval: '200ms', maximumAttempts: 2 },
    }),
    activity,
  );

function regularActivity(activity: string, definition: CallDefinition, deadline: number): AnyCall {
  const { summary, total, endsWithDeadline, startToCloseTimeout, heartbeatTimeout, retry } = definition;
  const left = endsWithDeadline ? deadline - Date.now() : Number.POSITIVE_INFINITY;
  if (left <= 0) throw failure('DeadlineExceeded', `the time of the process was over before: ${summary}`);
  const longest = Math.min(total ?? Number.POSITIVE_INFINITY, left);
  const options: ActivityOptions = {
    summary,
    ...(startToCloseTimeout !== undefined && { startToCloseTimeout }),
    ...(heartbeatTimeout !== undefined && { heartbeatTimeout }),
    ...(Number.isFinite(longest) && { scheduleToCloseTimeout: longest }),
    ...(retry && { retry }),
  };
  return activityOf(proxyActivities(options), activity);
}
