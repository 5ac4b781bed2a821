import { chance } from '../../doubles/payment-simulator/chance.ts';

/** The parts that are killed and frozen, and the processes; Temporal is spared: it holds what is compared with. */
export const parts = ['rabbitmq', 'postgres'] as const;
export const processes = [
  'bridge-worker',
  'ledger-consumer',
  'notification-consumer',
  'order-history-consumer',
] as const;
const targets = [...parts, ...processes];

export type ProcessTarget = (typeof processes)[number];
export type Target = (typeof targets)[number];

export interface Fault {
  /** Milliseconds from the start of the soak. */
  readonly at: number;
  readonly target: Target;
  /** `kill`: as `kill -9` does it. `freeze`: SIGSTOP, and SIGCONT at the end. */
  readonly kind: 'kill' | 'freeze';
  /** Milliseconds until it is started again or goes on; its start comes on top. Processes are started again at once. */
  readonly lasts: number;
}

/** In milliseconds. */
const usualGap = 5_000;
/** The shortest has half of it. */
const longestGap = 1.5;
const longest = { kill: 4_000, freeze: 8_000 };
const shortest = 300;

/**
 * Which faults there are in so many seconds; the same seed plans the same. They are dealt like cards from a shuffled deck
 * with a kill and a freeze of everything, so that each comes about equally often, and each at least once. They overlap.
 *
 * In the second half bridge and consumers are only frozen, and what they stand on is killed: a process that is killed time
 * and again has no time to show that it loses memory.
 */
export function planFaults(seed: number, seconds: number): Fault[] {
  const draw = (...names: (string | number)[]) => chance(String(seed), ...names);
  const end = seconds * 1_000;
  // One deck fits into every soak, even when all its gaps are long.
  const gap = Math.min(usualGap, end / (longestGap * deck.length + 1));
  const faults: Fault[] = [];
  for (let round = 1, at = 0; ; round += 1) {
    for (const { target, kind } of shuffle((card) => draw(round, card))) {
      const isRestarted = kind === 'kill' && isProcess(target);
      if (isRestarted && round > 1 && at > end / 2) continue;
      at += gap * (longestGap - draw(round, kind, target, 'gap'));
      if (at > end - gap) return faults;
      const lasts = isRestarted ? 0 : shortest + draw(round, kind, target, 'lasts') * (longest[kind] - shortest);
      faults.push({ at: Math.round(at), target, kind, lasts: Math.round(lasts) });
    }
  }
}

export const isProcess = (target: Target): target is ProcessTarget => !(parts as readonly Target[]).includes(target);

/** Something about each process. */
export function byProcess<Value>(make: (name: ProcessTarget) => Value): Readonly<Record<ProcessTarget, Value>> {
  return Object.fromEntries(processes.map((name) => [name, make(name)])) as Record<ProcessTarget, Value>;
}

const deck = targets.flatMap((target) => [
  { target, kind: 'kill' as const },
  { target, kind: 'freeze' as const },
]);

function shuffle(draw: (card: string) => number): typeof deck {
  const drawn = deck.map((card) => ({ card, place: draw(`${card.kind} ${card.target}`) }));
  return drawn.sort((left, right) => left.place - right.place).map(({ card }) => card);
}
