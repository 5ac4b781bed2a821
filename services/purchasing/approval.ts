import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import type { PersonRole } from '../../contracts/access.ts';
import { refusalOfApprovals } from '../../contracts/approvals.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { about, envelopeOf } from './announcement.ts';
import type { purchasingContract } from './contract.ts';
import type { AskedApprovers, Order } from './order-shapes.ts';
import { findOrder, lockOrder, requireState, requireVersion } from './order-store.ts';
import { reserve } from './reservations.ts';

type GivenApprovals = z.output<typeof purchasingContract.operations.approveOrder.input>;

/**
 * Has those told who may approve a version, each once for each kind and day.
 *
 * @returns how many are told by this; none when all of them were before
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when it does not wait for an approval; `ApprovalOutdated`
 */
export function askApprovers(
  database: Kysely<unknown>,
  { poId, version, kind, day, approvers }: AskedApprovers,
): Promise<{ asked: number }> {
  return database.transaction().execute(async (transaction) => {
    const order = await lockOrder(transaction, poId);
    requireState(order, 'awaiting-approval');
    requireVersion(order, version);
    const told = await toldBefore(transaction, { poId, version, kind, day });
    const people = distinctPeople(approvers).filter(({ personId }) => !told.has(personId));
    if (people.length === 0) return { asked: 0 };
    const added = JSON.stringify(people.map(({ personId, roles }) => ({ personId, roles })));
    await sql`
      insert into askings (po_id, version, kind, day, approvers)
      values (${poId}, ${version}, ${kind}, ${day}, ${added}::jsonb)
      on conflict (po_id, version, kind, day) do update set approvers = askings.approvers || excluded.approvers
    `.execute(transaction);
    for (const approver of people) {
      const event = createEvent({
        ...(await envelopeOf(transaction, order)),
        name: 'POApprovalDue',
        data: { ...about(order), requesterName: order.requester.name, kind, day, approver },
      });
      await appendToOutbox(transaction, event);
    }
    return { asked: people.length };
  });
}

/** Who was told of a version for this reason on this day: one more holder of a role may be found later in it. */
async function toldBefore(
  transaction: Transaction<unknown>,
  { poId, version, kind, day }: Omit<AskedApprovers, 'approvers'>,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ personId: string }>`
    select told ->> 'personId' as "personId" from askings, jsonb_array_elements(approvers) as told
    where po_id = ${poId} and version = ${version} and kind = ${kind} and day = ${day}
  `.execute(transaction);
  return new Set(rows.map(({ personId }) => personId));
}

/** Each person once, with all that they may decide for. */
function distinctPeople(approvers: AskedApprovers['approvers']) {
  const people = new Map<string, Omit<AskedApprovers['approvers'][number], 'role'> & { roles: PersonRole[] }>();
  for (const { role, ...person } of approvers) {
    const known = people.get(person.personId);
    if (known) known.roles.push(role);
    else people.set(person.personId, { ...person, roles: [role] });
  }
  return [...people.values()];
}

/**
 * Approves a version, once. The approvals are checked again, whatever the caller has checked.
 *
 * @throws {ServiceFailure} `NotFound`; `ApprovalOutdated`; `ApprovalMissing`, `OwnApproval`, `AlreadyDecided` when the approvals
 * do not suffice; `InvalidState` when it has ended, or has not reserved its budget
 */
export function approveOrder(database: Kysely<unknown>, { poId, version, approvals }: GivenApprovals): Promise<Order> {
  return database.transaction().execute(async (transaction) => {
    const order = await lockOrder(transaction, poId);
    requireState(order, 'awaiting-approval', 'approved', 'closed');
    requireVersion(order, version);
    const refused = refusalOfApprovals(order, approvals);
    if (refused) throw new ServiceFailure(refused.declared, refused.message, refused.detail);
    if (order.approvedAt) return order;
    // What is approved is within its budget, also when its caller has left the reservation out.
    await reserve(transaction, order, order.total);
    await sql`
      update orders set state = 'approved', approvals = ${JSON.stringify(approvals)}::jsonb, approved_at = now()
      where po_id = ${poId}
    `.execute(transaction);
    const given = approvals.map(({ by, roles, at }) => ({ by, roles: roles.map(({ role }) => role), at }));
    const event = createEvent({
      ...(await envelopeOf(transaction, order)),
      name: 'POApproved',
      data: { ...about(order), requester: order.requester, approvals: given },
    });
    await appendToOutbox(transaction, event);
    return findOrder(transaction, poId);
  });
}
