import type { PartName } from '../../parts/index.ts';
import type { RoleName } from '../../roles/roles.ts';

/** The parts that a soak kills and freezes, and the processes; Temporal is spared: it holds what is compared with. */
export const parts = ['rabbitmq', 'postgres'] as const satisfies PartName[];
export const processes = [
  'bridge-worker',
  'ledger-consumer',
  'notification-consumer',
  'order-history-consumer',
] as const satisfies RoleName[];

export type ProcessTarget = (typeof processes)[number];

/** Something about each process. */
export function byProcess<Value>(make: (name: ProcessTarget) => Value): Readonly<Record<ProcessTarget, Value>> {
  return Object.fromEntries(processes.map((name) => [name, make(name)])) as Record<ProcessTarget, Value>;
}
