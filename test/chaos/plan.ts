import { chance } from '../../doubles/payment-simulator/chance.ts';
import type { PartName } from '../../parts/index.ts';
import type { RoleName } from '../../roles/roles.ts';

/** A part, or the process of a role. */
export type Target = PartName | RoleName;

/**
 * `kill`: as `kill -9` does it. `freeze`: SIGSTOP, and SIGCONT at the end. On the way to a part: `slow`, each packet is late;
 * `reset`, each connection is; `silent`, connections stay open, and nothing comes through. `full-disk`: the broker takes nothing more.
 */
export type FaultKind = 'kill' | 'freeze' | 'slow' | 'reset' | 'silent' | 'full-disk';

export interface Fault {
  /** Milliseconds from the start. */
  readonly at: number;
  readonly target: Target;
  readonly kind: FaultKind;
  /** Milliseconds until it is started again or goes on; its start comes on top. Processes are started again at once. */
  readonly lasts: number;
}

/** What may happen, and for how long. */
export interface FaultPlan {
  readonly seed: number;
  readonly seconds: number;
  readonly targets: readonly Target[];
  /**
   * Whether processes are only frozen in the second half, and what they stand on is killed: a process that is killed time and again
   * has no time to show that it loses memory.
   */
  readonly processesLiveOn?: boolean;
  /** What happens beside kills and freezes. @default nothing */
  readonly more?: readonly Card[];
}

/** What happens, and to what. */
export type Card = Pick<Fault, 'target' | 'kind'>;

/** In milliseconds. */
const usualGap = 5_000;
/** The shortest has half of it. */
const longestGap = 1.5;
const longest = { kill: 4_000, freeze: 8_000, slow: 8_000, reset: 3_000, silent: 6_000, 'full-disk': 8_000 };
const shortest = 300;

const parts: readonly Target[] = ['temporal', 'rabbitmq', 'postgres'] satisfies PartName[];

export const isProcess = (target: Target): target is RoleName => !parts.includes(target);

/**
 * Which faults there are; the same seed plans the same. They are dealt like cards from a shuffled deck with a kill and a freeze of
 * everything, so that each comes about equally often, and each at least once. They overlap.
 */
export function planFaults({ seed, seconds, targets, processesLiveOn = false, more = [] }: FaultPlan): Fault[] {
  const draw = (...names: (string | number)[]) => chance(String(seed), ...names);
  const ofTargets = targets.flatMap((target) => (['kill', 'freeze'] as const).map((kind) => ({ target, kind })));
  const deck: readonly Card[] = [...ofTargets, ...more];
  const end = seconds * 1_000;
  // One deck fits into every plan, even when all its gaps are long.
  const gap = Math.min(usualGap, end / (longestGap * deck.length + 1));
  const faults: Fault[] = [];
  for (let round = 1, at = 0; ; round += 1) {
    for (const { target, kind } of shuffle(deck, (card) => draw(round, card))) {
      const isRestarted = kind === 'kill' && isProcess(target);
      if (processesLiveOn && isRestarted && round > 1 && at > end / 2) continue;
      at += gap * (longestGap - draw(round, kind, target, 'gap'));
      if (at > end - gap) return faults;
      const lasts = isRestarted ? 0 : shortest + draw(round, kind, target, 'lasts') * (longest[kind] - shortest);
      faults.push({ at: Math.round(at), target, kind, lasts: Math.round(lasts) });
    }
  }
}

function shuffle(deck: readonly Card[], draw: (card: string) => number): Card[] {
  const drawn = deck.map((card) => ({ card, place: draw(`${card.kind} ${card.target}`) }));
  return drawn.sort((left, right) => left.place - right.place).map(({ card }) => card);
}
