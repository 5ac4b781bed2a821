import fc from 'fast-check';
import type { PersonRole } from '../../contracts/access.ts';
import type { Order } from '../../services/purchasing/contract.ts';
import { day, people } from './purchase-order-environment.ts';

const ids = people.map(({ personId }) => personId);
export const totals = [4_000_000, 6_000_000] as const;

const [small] = totals;
const rolesOf = (personId: string): readonly PersonRole[] =>
  people.find((one) => one.personId === personId && !('active' in one))?.roles ?? [];
const isActive = (personId: string) => personId !== 'otto';

/** What a person does to an order, or what happens meanwhile. */
export type Act =
  | { readonly kind: 'approve' | 'reject' | 'withdraw'; readonly by: string; readonly behind: number }
  | { readonly kind: 'amend'; readonly by: string; readonly behind: number; readonly total: number }
  | { readonly kind: 'lend'; readonly from: string; readonly to: string; readonly days: number }
  | { readonly kind: 'take back' }
  | { readonly kind: 'wait'; readonly days: number };

const person = fc.constantFrom(...ids);
/** How many versions behind the current one it is about. */
const behind = fc.constantFrom(0, 0, 0, 0, 1);
const total = fc.constantFrom(...totals);
const vote = fc.record({ kind: fc.constantFrom('approve' as const), by: person, behind });

export const decisions: fc.Arbitrary<Decision> = fc.oneof(
  { weight: 8, arbitrary: vote },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reject' as const), by: person, behind }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('withdraw' as const), by: fc.constantFrom('rita', 'max'), behind }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('amend' as const), by: person, behind, total }) },
);

const lending = fc
  .record({ kind: fc.constant('lend' as const), from: person, to: person, days: fc.integer({ min: 1, max: 6 }) })
  .filter(({ from, to }) => from !== to);

export const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: decisions },
  { weight: 2, arbitrary: lending },
  { weight: 1, arbitrary: fc.constant<Act>({ kind: 'take back' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 6 }) }) },
);

/** What a person decides, or changes. */
export type Decision = Extract<Act, { readonly by: string }>;

interface Lending {
  readonly delegationId: string;
  readonly from: string;
  readonly to: string;
  readonly endsAt: number;
}

type Outcome = 'approved' | 'rejected' | 'withdrawn' | 'expired';

/** What an order is to be, told by the rules of back office and not by the code that keeps them. */
export class OrderModel {
  version = 1;
  outcome: Outcome | undefined;
  readonly authors = new Set(['rita']);
  #required: readonly PersonRole[];
  #approvals = new Map<string, readonly PersonRole[]>();
  #openedAt: number;
  readonly #lendings: readonly Lending[];

  /** @param lendings what is lent, which changes */
  constructor(total: number, now: number, lendings: readonly Lending[]) {
    this.#required = requiredOf(total);
    this.#openedAt = now;
    this.#lendings = lendings;
  }

  /** @returns whether it is accepted */
  decide(act: Decision, now: number): boolean {
    this.pass(now);
    if (this.outcome || act.behind > 0) return false;
    const { kind, by } = act;
    if (kind === 'withdraw') {
      if (!this.authors.has(by)) return false;
      this.outcome = 'withdrawn';
    } else if (kind === 'amend') {
      if (!isActive(by)) return false;
      this.version += 1;
      this.authors.add(by);
      this.#required = requiredOf(act.total);
      this.#approvals = new Map();
      this.#openedAt = now;
    } else {
      const roles = this.#rolesOf(by, now);
      if (this.authors.has(by) || this.#approvals.has(by) || roles.length === 0) return false;
      if (kind === 'reject') this.outcome = 'rejected';
      else this.#approvals.set(by, roles);
      if (kind === 'approve' && suffice(this.#required, this.#approvals)) this.outcome = 'approved';
    }
    return true;
  }

  /** Time has come to this. */
  pass(now: number): void {
    if (now >= this.#openedAt + 14 * day) this.outcome ??= 'expired';
  }

  #rolesOf(by: string, now: number): PersonRole[] {
    if (!isActive(by)) return [];
    const lenders = this.#lendings.filter(
      ({ from, to, endsAt }) => to === by && now < endsAt && isActive(from) && !this.authors.has(from),
    );
    const isEscalated = now >= this.#openedAt + 5 * day;
    return this.#required.filter(
      (role) =>
        rolesOf(by).includes(role) ||
        lenders.some(({ from }) => rolesOf(from).includes(role)) ||
        (isEscalated && by === 'eve' && role === 'cfo'),
    );
  }
}

const requiredOf = (total: number): PersonRole[] => (total > small + 1_000_000 ? ['manager', 'cfo'] : ['manager']);

/** Whether each role has a person of its own, tried out in every way. */
function suffice(required: readonly PersonRole[], given: ReadonlyMap<string, readonly PersonRole[]>): boolean {
  const [role, ...others] = required;
  if (!role) return true;
  return [...given].some(([by, roles]) => {
    const rest = new Map([...given].filter(([other]) => other !== by));
    return roles.includes(role) && suffice(others, rest);
  });
}

/** What must hold of an order whatever was done to it, in whatever order. */
export function complaintsAbout(order: Order): string[] {
  const { state, approvals, authors, version, total: comesTo } = order;
  if (state !== 'approved') return approvals.length > 0 ? [`${state}, and has approvals`] : [];
  const given = new Map(approvals.map(({ by, roles }) => [by, roles.map(({ role }) => role)]));
  return [
    ...(given.size < approvals.length ? ['a person counts twice'] : []),
    ...(approvals.some((each) => each.version !== version) ? ['an approval is of another version'] : []),
    ...(approvals.some(({ by }) => authors.includes(by)) ? ['an author has approved it'] : []),
    ...(approvals.some(({ by }) => !isActive(by)) ? ['who has left has approved it'] : []),
    ...(suffice(requiredOf(comesTo), given) ? [] : ['a role has no person of its own']),
  ];
}
