import { domainToUnicode } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import { quote } from '../../contracts/foreign-text.ts';
import type { ReceivedMail } from './contract.ts';

/** All SQL is written out, so the tables need no types of their own. */
export type MailSinkTables = Record<never, never>;

type Database = Kysely<MailSinkTables>;

/** A mail as it came in, before it has a number. */
export interface IncomingMail extends Omit<ReceivedMail, 'mailId' | 'copies' | 'receivedAt' | 'attachments'> {
  readonly attachments: readonly KeptAttachment[];
  readonly raw: Buffer;
}

export interface KeptAttachment {
  readonly name: string;
  /** A media type without parameters: `application/pdf`. */
  readonly type: string;
  readonly content: Buffer;
}

export async function keepMail(database: Database, mail: IncomingMail): Promise<void> {
  const { attachments } = mail;
  await sql`
    with kept as (
      insert into mails (message_id, sender, recipients, subject, text_body, checkout_id, template, raw)
      values (${mail.messageId}, ${mail.from}, ${mail.to}, ${mail.subject}, ${mail.text}, ${mail.checkoutId},
        ${mail.template}, ${mail.raw})
      returning mail_id
    )
    insert into attachments (mail_id, position, name, media_type, content)
    select mail_id, position, name, media_type, content
    from kept, unnest(${attachments.map(({ name }) => name)}::text[], ${attachments.map(({ type }) => type)}::text[],
      ${attachments.map(({ content }) => content)}::bytea[]) with ordinality as each (name, media_type, content, position)
  `.execute(database);
}

const mailColumns = sql.raw(`
  mail_id as "mailId", message_id as "messageId", sender as "from", recipients as "to", subject, text_body as "text",
  checkout_id as "checkoutId", template, received_at as "receivedAt",
  (select count(*) from mails as same where same.message_id = mails.message_id) as copies,
  (select coalesce(json_agg(json_build_object('name', name, 'type', media_type, 'size', octet_length(content))
      order by position), '[]')
    from attachments where attachments.mail_id = mails.mail_id) as attachments
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

/**
 * The first attachment of that name.
 *
 * @throws {ServiceFailure} `NotFound`
 */
export async function findAttachment(database: Database, mailId: number, name: string): Promise<KeptAttachment> {
  const { rows } = await sql<KeptAttachment>`
    select name, media_type as type, content from attachments
    where mail_id = ${mailId} and name = ${name} order by position limit 1
  `.execute(database);
  if (!rows[0]) throw new ServiceFailure('NotFound', `mail ${mailId} has no attachment ${quote(name)}`);
  return rows[0];
}
