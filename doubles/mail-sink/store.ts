import { domainToUnicode } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { ReceivedMail } from './contract.ts';

/** All SQL is written out, so the tables need no types of their own. */
export type MailSinkTables = Record<never, never>;

type Database = Kysely<MailSinkTables>;

/** A mail as it came in, before it has a number. */
export interface IncomingMail extends Omit<ReceivedMail, 'mailId' | 'copies' | 'receivedAt'> {
  readonly raw: Buffer;
}

export async function keepMail(database: Database, mail: IncomingMail): Promise<void> {
  await sql`
    insert into mails (message_id, sender, recipients, subject, text_body, checkout_id, template, raw)
    values (${mail.messageId}, ${mail.from}, ${mail.to}, ${mail.subject}, ${mail.text}, ${mail.checkoutId},
      ${mail.template}, ${mail.raw})
  `.execute(database);
}

const mailColumns = sql.raw(`
  mail_id as "mailId", message_id as "messageId", sender as "from", recipients as "to", subject, text_body as "text",
  checkout_id as "checkoutId", template, received_at as "receivedAt",
  (select count(*) from mails as same where same.message_id = mails.message_id) as copies
`);

/** The mail server reads a domain in its ASCII form and keeps it in Unicode. */
function asReceived(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (domainToUnicode(address.slice(at)) || address.slice(at));
}

export async function listMails(
  database: Database,
  { to, checkoutId, limit }: { to?: string | undefined; checkoutId?: string | undefined; limit: number },
): Promise<ReceivedMail[]> {
  const { rows } = await sql<ReceivedMail>`
    select ${mailColumns} from mails
    where (${to ?? null}::text is null or recipients && ${to === undefined ? [] : [to, asReceived(to)]}::text[])
      and (${checkoutId ?? null}::text is null or checkout_id = ${checkoutId ?? null})
    order by mail_id desc limit ${limit}
  `.execute(database);
  return rows;
}

/** @throws {ServiceFailure} `NotFound` */
export async function findMail(database: Database, mailId: number): Promise<ReceivedMail> {
  const { rows } = await sql<ReceivedMail>`
    select ${mailColumns} from mails where mail_id = ${mailId}
  `.execute(database);
  if (!rows[0]) throw new ServiceFailure('NotFound', `there is no mail ${mailId}`);
  return rows[0];
}
