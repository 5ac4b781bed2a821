import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { readConfiguration } from '../../platform/configuration.ts';
import { migrate, openDatabase } from '../../platform/database.ts';
import { serviceEnvironment } from '../../platform/http/service.ts';
import { runProcess } from '../../platform/process.ts';
import { buildMailSinkServer } from './server.ts';
import { listenForMails } from './smtp.ts';
import { keepMail, type MailSinkTables } from './store.ts';

const environment = serviceEnvironment.extend({ SMTP_PORT: z.coerce.number().int().min(0).max(65_535) });
const schema = 'mail_sink';

await runProcess('mail-sink', async (logger) => {
  const { DATABASE_URL, HOST, PORT, SMTP_PORT } = readConfiguration(environment);
  const database = openDatabase<MailSinkTables>({ url: DATABASE_URL, schema });
  await migrate(database as Kysely<unknown>, schema, fileURLToPath(new URL('./migrations', import.meta.url)));
  const smtp = await listenForMails({
    host: HOST,
    port: SMTP_PORT,
    logger,
    keep: (mail) => keepMail(database, mail),
  });
  const server = buildMailSinkServer(database, logger);
  const address = await server.listen({ host: HOST, port: PORT });
  return {
    address: `${address} smtp://${HOST}:${smtp.port}`,
    async stop() {
      await smtp.stop();
      await server.close();
      await database.destroy();
    },
  };
});
