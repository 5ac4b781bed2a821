import type { PersonRole } from '../../contracts/access.ts';
import { type Approval, type ApprovalMatter, missingRoles } from '../../contracts/approvals.ts';
import type { ApprovalStatus } from './approvals-contract.ts';
import { instant } from './instant.ts';

const day = 24 * 60 * 60_000;

/** In days from the request: reminders from the second one, then the superiors as well, then it is over. */
const firstReminder = 2;
const escalation = 5;
const expiry = 14;

/** Why those who may decide are told of it. */
export type AskingKind = 'request' | 'reminder' | 'escalation';

/** One moment at which something has to happen. */
export interface Due {
  readonly kind: AskingKind | 'expiry';
  /** Days from the request. */
  readonly day: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The approvals of one version: what is asked for, when, and what was given. */
export class ApprovalRound {
  readonly matter: ApprovalMatter;
  readonly #openedAt: number;
  readonly #approvals: Approval[] = [];

  constructor(matter: ApprovalMatter) {
    this.matter = matter;
    this.#openedAt = Date.now();
  }

  get approvals(): readonly Approval[] {
    return this.#approvals;
  }

  get missing(): PersonRole[] {
    return missingRoles(this.matter, this.#approvals);
  }

  /** Whether the superiors may decide by now. */
  get isEscalated(): boolean {
    return Date.now() >= this.#at(escalation);
  }

  /** Everything that is due, in its order. */
  get schedule(): readonly Due[] {
    const days = Array.from({ length: expiry - firstReminder + 1 }, (_, index) => firstReminder + index);
    return days.map((day): Due => {
      const kind = day === expiry ? 'expiry' : day === escalation ? 'escalation' : 'reminder';
      return { kind, day, at: this.#at(day) };
    });
  }

  add(approval: Approval): void {
    this.#approvals.push(approval);
  }

  status(): ApprovalStatus {
    return {
      ...this.matter,
      missing: this.missing,
      approvals: this.#approvals,
      requestedAt: instant(this.#openedAt),
      escalatesAt: instant(this.#at(escalation)),
      expiresAt: this.expiresAt,
    };
  }

  get expiresAt(): string {
    return instant(this.#at(expiry));
  }

  #at(days: number): number {
    return this.#openedAt + days * day;
  }
}
