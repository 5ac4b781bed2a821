import type { FastifyInstance } from 'fastify';
import { type Kysely, sql } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import { buildHttpServer } from '../../platform/http/server.ts';
import type { Logger } from '../../platform/logging.ts';
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

/** The contract, and an HTML page at `GET /`. */
export function buildMailSinkServer(database: Kysely<store.MailSinkTables>, logger: Logger): FastifyInstance {
  const server = buildHttpServer(mailSinkContract, mailSinkHandlers(database), {
    logger,
    check: () => sql`select 1`.execute(database),
  });
  server.get('/', async (_, reply) => {
    const mails = await store.listMails(database, { limit: mailsOnPage });
    return reply.type('text/html; charset=utf-8').send(renderMails(mails));
  });
  return server;
}
