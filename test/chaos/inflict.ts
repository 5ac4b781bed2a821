import { setTimeout as delay } from 'node:timers/promises';
import type { System } from '../../ops/system/system.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { RoleName } from '../../roles/roles.ts';
import { type Fault, isProcess, type Target } from './plan.ts';

/** A fault that has come about. */
export interface Outage extends Fault {
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** When a part served again, or a process was started again or went on: milliseconds since the epoch. */
  readonly endedAt: number;
}

export interface InflictionOptions {
  readonly system: Pick<System, 'kill' | 'processId' | 'parts'>;
  readonly faults: readonly Fault[];
  readonly signal: AbortSignal;
  /** Called before a process is killed, for what only it knows. */
  readonly beforeKill?: (target: RoleName) => Promise<void>;
  readonly onFault: (fault: Fault) => void;
  /** Lets faults happen that are neither kills nor freezes, for as long as they last. */
  readonly disturb?: (fault: Fault, signal: AbortSignal) => Promise<void>;
}

const restartWithin = 120_000;

/**
 * Lets the faults happen when they are due; a target that is still away from its last one is hit when it is back.
 *
 * @throws when a part does not come back
 */
export async function inflictFaults(options: InflictionOptions): Promise<Outage[]> {
  const { faults, signal, onFault } = options;
  const begun = performance.now();
  const busy = new Map<Target, Promise<void>>();
  const outages: Outage[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const strike = async (fault: Fault) => {
    await busy.get(fault.target);
    signal.throwIfAborted();
    onFault(fault);
    const beganAt = Date.now();
    await happen(fault, options);
    outages.push({ ...fault, beganAt, endedAt: Date.now() });
  };
  try {
    for (const fault of faults) {
      const due = begun + fault.at - performance.now();
      if (due > 0) await Promise.race([delay(due, undefined, { signal }), failed.promise]);
      const striking = strike(fault);
      striking.catch(failed.reject);
      busy.set(fault.target, striking);
    }
    await Promise.all(busy.values());
    return outages;
  } finally {
    // What is frozen goes on, and what is being started has started, before anyone stops the rest.
    await Promise.allSettled(busy.values());
  }
}

async function happen(fault: Fault, { system, signal, beforeKill, disturb }: InflictionOptions): Promise<void> {
  const { target, kind, lasts } = fault;
  if (kind !== 'kill' && kind !== 'freeze') return disturb?.(fault, signal);
  const pause = () => delay(lasts, undefined, { signal });
  if (kind === 'freeze') {
    await send(system, target, 'SIGSTOP');
    try {
      await pause();
    } finally {
      await send(system, target, 'SIGCONT');
    }
  } else if (isProcess(target)) {
    await beforeKill?.(target);
    await killProcess(system, target);
  } else {
    await system.parts.kill(target, 'SIGKILL');
    await pause();
    await system.parts.start(target);
  }
}

async function send(
  { kill, parts }: InflictionOptions['system'],
  target: Target,
  signal: NodeJS.Signals,
): Promise<void> {
  if (isProcess(target)) kill(target, signal);
  else await parts.kill(target, signal);
}

async function killProcess(system: InflictionOptions['system'], target: RoleName): Promise<void> {
  const before = system.processId(target);
  system.kill(target);
  const isBack = () => ![before, undefined].includes(system.processId(target));
  if (!(await waitUntil(isBack, { within: restartWithin, every: 20 }))) throw new Error(`${target} did not come back`);
}
