import { z } from 'zod';
import { type PersonRole, personRoles } from './access.ts';
import { approvalRefusals } from './approval-refusals.ts';
import type { Failure } from './failure.ts';
import type { FailureDetail } from './failures.ts';
import { personIdSchema } from './identifiers.ts';
import { recordedInstantSchema } from './instants.ts';

export const personRoleSchema = z.enum(personRoles, `a role is one of ${personRoles.join(', ')}`);

/** What is approved changes its version with its content: a number that counts, or the hash of the content. */
export const versionSchema = z.union([z.int().min(1), z.string().min(1).max(128)]);
export type Version = z.infer<typeof versionSchema>;

/** A role that a person may decide for, and where they have it from. */
export const heldRoleSchema = z.strictObject({
  role: personRoleSchema,
  /** Lent by a person who holds it, or, once it was escalated, of one whose superior they are. @default it is their own */
  through: z.strictObject({ kind: z.enum(['delegation', 'escalation']), of: personIdSchema }).optional(),
});
export type HeldRole = z.infer<typeof heldRoleSchema>;

/** One approval that was given. */
export const approvalSchema = z.strictObject({
  by: personIdSchema,
  version: versionSchema,
  /** Those of the required roles that the person could decide for. */
  roles: z.array(heldRoleSchema).min(1),
  note: z.string(),
  at: recordedInstantSchema,
});
export type Approval = z.infer<typeof approvalSchema>;

/** A person who decides, as the staff service knows them when they do. */
export interface Decider {
  readonly personId: string;
  readonly active: boolean;
  readonly roles: readonly PersonRole[];
  /** What active people have lent them, also what is over or has not begun. */
  readonly delegations: readonly Delegated[];
  /** The active people whose superior they are. */
  readonly reports: readonly { readonly personId: string; readonly roles: readonly PersonRole[] }[];
}

interface Delegated {
  readonly from: string;
  /** Those of the person who lends them: what was lent to that one is not lent on. */
  readonly roles: readonly PersonRole[];
  readonly startsAt: string;
  /** The first moment at which it is over. */
  readonly endsAt: string;
}

/** What is to be approved. */
export interface ApprovalMatter {
  readonly version: Version;
  /** Each takes a person of its own. */
  readonly required: readonly PersonRole[];
  /** Who has written any version of it. */
  readonly authors: readonly string[];
}

/** Why a decision is not accepted. */
export interface ApprovalRefusal {
  readonly declared: Failure;
  readonly message: string;
  readonly detail: FailureDetail;
}

const refusal = (declared: Failure, message: string, detail: FailureDetail = {}): ApprovalRefusal => ({
  ...{ declared, message, detail },
});

/** Why what a person has seen is not what they decide about; `undefined` when it is. */
export function refusalOfVersion({ version }: ApprovalMatter, seen: Version): ApprovalRefusal | undefined {
  if (seen === version) return undefined;
  const message = `version ${seen} is not the current one any more: look at version ${version}`;
  return refusal(approvalRefusals.ApprovalOutdated, message, { field: 'version', facts: { version } });
}

/**
 * What can be said against a decision without knowing the person: it is of the current version, by no author, and not the second one.
 *
 * @returns why it is refused; `undefined` when nothing is against it
 */
export function refusalOfDecision(
  matter: ApprovalMatter,
  given: readonly Approval[],
  decision: { readonly by: string; readonly version: Version },
): ApprovalRefusal | undefined {
  const { version, authors } = matter;
  const { by } = decision;
  const outdated = refusalOfVersion(matter, decision.version);
  if (outdated) return outdated;
  if (authors.includes(by)) {
    return refusal(approvalRefusals.OwnApproval, `${by} has written it, so that another person has to decide`, {
      field: 'by',
    });
  }
  if (given.some((approval) => approval.version === version && approval.by === by)) {
    return refusal(approvalRefusals.AlreadyDecided, `${by} has decided about version ${version} already`, {
      field: 'by',
    });
  }
  return undefined;
}

/**
 * The required roles that a person may decide for at a moment: their own, those that one who is no author has lent them for that
 * time, and, once it was escalated, those of the people whose superior they are. What is lent is not lent on.
 *
 * @param at ISO 8601 in UTC
 * @param escalated whether superiors may decide by now
 */
export function heldRoles(
  { required, authors }: ApprovalMatter,
  { active, roles, delegations, reports }: Decider,
  { at, escalated }: { readonly at: string; readonly escalated: boolean },
): HeldRole[] {
  if (!active) return [];
  const moment = Date.parse(at);
  const lent = delegations.filter(
    ({ from, startsAt, endsAt }) =>
      !authors.includes(from) && Date.parse(startsAt) <= moment && moment < Date.parse(endsAt),
  );
  return required.flatMap((role): HeldRole[] => {
    if (roles.includes(role)) return [{ role }];
    const lender = lent.find((delegation) => delegation.roles.includes(role));
    if (lender) return [{ role, through: { kind: 'delegation', of: lender.from } }];
    const report = escalated ? reports.find((one) => one.roles.includes(role)) : undefined;
    return report ? [{ role, through: { kind: 'escalation', of: report.personId } }] : [];
  });
}

/**
 * Why a person may decide for no required role.
 *
 * @param found who they are
 * @returns `OwnApproval` where an author has lent them the only one; else `NotAnApprover`
 */
export function refusalOfPerson(
  matter: ApprovalMatter,
  found: Decider,
  moment: { readonly at: string; readonly escalated: boolean },
): ApprovalRefusal {
  const { personId, active } = found;
  const lentByAuthor = heldRoles({ ...matter, authors: [] }, found, moment).find(({ through }) => through);
  if (lentByAuthor?.through?.kind === 'delegation') {
    const message = `${personId} has the role ${lentByAuthor.role} from ${lentByAuthor.through.of}, who has written it`;
    return refusal(approvalRefusals.OwnApproval, message, { field: 'by' });
  }
  const why = active ? `holds none of these roles now: ${matter.required.join(', ')}` : 'is not active any more';
  return refusal(approvalRefusals.NotAnApprover, `${personId} ${why}`, { field: 'by' });
}

/**
 * The required roles without a person of their own, however the approvals of the current version are told apart: of a person who
 * holds several, one counts, and the one that leaves the least missing.
 *
 * @returns none when everything is approved
 */
export function missingRoles(
  { version, required, authors }: ApprovalMatter,
  given: readonly Pick<Approval, 'by' | 'version' | 'roles'>[],
): PersonRole[] {
  const counted = given.filter((approval) => approval.version === version && !authors.includes(approval.by));
  const people = new Map(counted.map(({ by, roles }) => [by, roles.map(({ role }) => role)]));
  const roleOf = new Map<string, number>();

  /** Finds a person for a role, and another role for the one who had it (Kuhn). */
  const assign = (index: number, tried: Set<string>): boolean => {
    for (const [by, roles] of people) {
      if (tried.has(by) || !roles.includes(required[index] as PersonRole)) continue;
      tried.add(by);
      const before = roleOf.get(by);
      if (before !== undefined && !assign(before, tried)) continue;
      roleOf.set(by, index);
      return true;
    }
    return false;
  };
  return required.filter((_, index) => !assign(index, new Set()));
}

/**
 * What a service checks again before it takes something for approved, whatever was checked before.
 *
 * @returns why it is not approved; `undefined` when it is
 */
export function refusalOfApprovals(matter: ApprovalMatter, given: readonly Approval[]): ApprovalRefusal | undefined {
  for (const [index, approval] of given.entries()) {
    const refused = refusalOfDecision(matter, given.slice(0, index), approval);
    if (refused) return refused;
    const lender = approval.roles.find(
      ({ through }) => through?.kind === 'delegation' && matter.authors.includes(through.of),
    );
    if (lender) {
      const message = `${approval.by} has the role ${lender.role} from ${lender.through?.of}, who has written it`;
      return refusal(approvalRefusals.OwnApproval, message, { field: 'approvals' });
    }
  }
  const missing = missingRoles(matter, given);
  if (missing.length === 0) return undefined;
  return refusal(approvalRefusals.ApprovalMissing, `the approval of ${missing.join(' and ')} is missing`, {
    field: 'approvals',
    facts: { missing: missing.join(', ') },
  });
}
