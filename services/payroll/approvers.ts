import type { Kysely } from 'kysely';
import { createEvent } from '../../events/integration-event.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import type { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import type { AskedApproval } from './shapes.ts';

/** Has those who may approve told of it: each is written to once for each day and version, however often it is called. */
export async function askApprovers(
  database: Kysely<unknown>,
  sealedTexts: SealedTexts,
  { processId, version, kind, day, approvers }: AskedApproval,
): Promise<{ asked: number }> {
  const time = new Date().toISOString();
  const subject = processId.replace(/^[^/]*\//, '').replaceAll('/', '.');
  const commands = approvers.map(async ({ personId, role, name, email }) =>
    createEvent({
      name: 'SendPayrollApprovalRequest',
      origin: ['approval-request', processId, version, kind, day, role, personId].join('/'),
      ...{ sequence: 1, subject, time, correlationId: subject, causationId: processId },
      data: { processId, version, kind, role, sealed: await sealedTexts.seal({ name, email }, subject) },
    }),
  );
  const events = await Promise.all(commands);
  await database.transaction().execute((transaction) => appendAllToOutbox(transaction, events));
  return { asked: events.length };
}
