import type { FastifyInstance } from 'fastify';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { parse } from '../../contracts/validation.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import { buildHttpServer } from '../../platform/http/server.ts';
import type { Logger } from '../../platform/logging.ts';
import type { ServerCertificate } from '../../platform/transport/server-certificate.ts';
import { mailSinkContract } from './contract.ts';
import { renderMails } from './page.ts';
import * as store from './store.ts';

const mailsOnPage = 100;

function mailSinkHandlers(database: Kysely<store.MailSinkTables>): HttpHandlers<typeof mailSinkContract> {
  return {
    listMails: async (filter) => ({ mails: await store.listMails(database, filter) }),
    findMail: ({ mailId }) => store.findMail(database, mailId),
  };
}

const attachmentSchema = z.strictObject({ mailId: z.coerce.number().int().min(1), name: z.string() });

/** The contract, an HTML page at `GET /`, and the files that came with mails. */
export function buildMailSinkServer(
  database: Kysely<store.MailSinkTables>,
  logger: Logger,
  certificate?: ServerCertificate,
): FastifyInstance {
  const server = buildHttpServer(mailSinkContract, mailSinkHandlers(database), {
    logger,
    certificate,
    // It stands in for a mail server that everyone may look into.
    access: 'everyone',
    check: () => sql`select 1`.execute(database),
  });
  server.get('/', async (_, reply) => {
    const mails = await store.listMails(database, { limit: mailsOnPage });
    return reply.type('text/html; charset=utf-8').send(renderMails(mails));
  });
  server.get('/mails/:mailId/attachments/:name', async (request, reply) => {
    const { mailId, name } = parse(attachmentSchema, request.params);
    const { type, content } = await store.findAttachment(database, mailId, name);
    // A browser saves it, and never runs what a mail brought.
    return reply
      .type(type)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
      .header('x-content-type-options', 'nosniff')
      .send(content);
  });
  return server;
}
