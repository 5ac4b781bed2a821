import { z } from 'zod';
import { atMost } from '../../contracts/texts.ts';

/** One step of a process, as people see it. */
export interface StepStatus {
  readonly name: string;
  /** `interrupted`: Temporal ended the process meanwhile; whether the step took effect is known to its service alone. */
  readonly state: 'running' | 'done' | 'refused' | 'undone' | 'interrupted';
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** Why a process did not complete. */
export interface Reason {
  /** A type of the failure catalogue. */
  readonly type: string;
  /** For people. */
  readonly message: string;
  /** The field of the request that is at fault. */
  readonly field?: string | undefined;
  readonly facts?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** Whom a process waits for, and what for. */
export interface Waiting {
  readonly who: string;
  /** For people. */
  readonly message: string;
  /** When it waits no longer: ISO 8601 in UTC; absent when it waits for as long as it takes. */
  readonly until?: string | undefined;
  /** Where the customer goes. */
  readonly url?: string | undefined;
}

/** A call that must not be given up, failed, and has an operator look after it. */
export interface Escalation {
  /** The call: `release the stock`. */
  readonly what: string;
  /** Why it failed last. */
  readonly message: string;
  /** When the operator was first asked for: ISO 8601 in UTC. */
  readonly since: string;
  /** Whether an operator can do by hand what the call was to do. */
  readonly canBeSettled: boolean;
  /** That it was resolved manually, as the first of two people says. */
  readonly requested?: Decision | undefined;
}

/** What a person decided; it stays in the history. */
export interface Decision {
  readonly what: string;
  readonly decision: string;
  /** The subject of the person. */
  readonly by: string;
  /** Whose subject it is; absent where it was sent without one. */
  readonly issuer?: string | undefined;
  readonly note: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** `requested`: it takes effect once a second person confirms it. @default it was carried out */
  readonly state?: 'requested' | undefined;
  /** Whose decision it confirms, as the second person. */
  readonly confirms?: { readonly by: string; readonly issuer?: string | undefined; readonly at: string } | undefined;
}

/** What the query `status` of every process answers; each adds its ids and its facts. */
export interface ProcessStatus<State extends string> {
  readonly state: State;
  readonly steps: readonly StepStatus[];
  readonly reason?: Reason | undefined;
  /** What was undone, in the order in which it was. */
  readonly undone: readonly string[];
  readonly waitingFor?: Waiting | undefined;
  /** The calls that an operator looks after. */
  readonly needsOperator: readonly Escalation[];
  /** What reviewers and operators decided. */
  readonly decisions: readonly Decision[];
}

/**
 * The states of a process with a pivot. `completed`, `refused`, `cancelled` and `failed` are its ends; `terminated` and
 * `timed-out` are ends that Temporal gave it, without its own doing.
 */
export type CommonState =
  | 'running'
  | 'compensating'
  | 'completed'
  | 'refused'
  | 'cancelled'
  | 'failed'
  | 'terminated'
  | 'timed-out';

/** How every process ended; each adds its ids and its facts. */
export interface ProcessResult {
  readonly outcome: 'completed' | 'refused' | 'cancelled' | 'failed';
  readonly reason?: Reason | undefined;
  readonly undone: readonly string[];
}

/** Characters that a subject may have, as OpenID Connect has it. */
export const longestSubject = 255;

const subjectSchema = atMost(
  z.string().trim().min(1, 'name the person who decides'),
  longestSubject,
  `a subject has at most ${longestSubject} characters`,
);
const issuerSchema = atMost(z.string().min(1), longestSubject, `an issuer has at most ${longestSubject} characters`);

/** A person, as their token names them. */
export const actorSchema = z.strictObject({ subject: subjectSchema, issuer: issuerSchema });

export type Actor = z.infer<typeof actorSchema>;

/** Who decides, and why. */
export const decidedBySchema = z.object({
  /** The subject of their token. */
  by: subjectSchema,
  /** Whose subject it is. */
  issuer: issuerSchema.optional(),
  note: atMost(z.string().trim().min(1, 'say why, in a note'), 1_000, 'a note has at most 1,000 characters'),
});

/** What an operator decides about a call that keeps failing. */
export const resolutionSchema = z.strictObject({
  /** The call, as the status names it; may be left out while there is one only. */
  what: z.string().optional(),
  /** `retry`: make the call again at once. `settle`: it was resolved manually, and counts as done. */
  decision: z.enum(['retry', 'settle'], 'decide `retry` or `settle`'),
  ...decidedBySchema.shape,
});

export type Resolution = z.infer<typeof resolutionSchema>;

export type DecidedBy = z.infer<typeof decidedBySchema>;

/** What a person decides about what takes two. */
export const approvalDecisionSchema = z.strictObject({
  decision: z.enum(['approve', 'refuse'], 'decide `approve` or `refuse`'),
  ...decidedBySchema.required({ issuer: true }).shape,
});

export type ApprovalDecision = z.infer<typeof approvalDecisionSchema>;
