import { z } from 'zod';
import { readConfiguration } from '../../platform/configuration.ts';
import { hostAndPort } from '../../platform/listening.ts';
import { serviceRole } from '../../platform/service.ts';
import { buildMailSinkServer } from './server.ts';
import { listenForMails } from './smtp.ts';
import { type IncomingMail, keepMail, type MailSinkTables } from './store.ts';

const environment = z.object({ SMTP_PORT: z.coerce.number().int().min(0).max(65_535) });

export const role = serviceRole<MailSinkTables>(
  { schema: 'mail_sink', migrations: new URL('./migrations', import.meta.url) },
  async ({ database, logger, host, port, certificate, ...context }) => {
    const { SMTP_PORT } = readConfiguration(environment, context.environment);
    const keep = (mail: IncomingMail) => keepMail(database, mail);
    const smtp = await listenForMails({ host, port: SMTP_PORT, logger, certificate, keep });
    const server = buildMailSinkServer(database, logger, certificate);
    const address = await server.listen({ host, port });
    return {
      address: `${address} ${certificate ? 'smtps' : 'smtp'}://${hostAndPort(host, smtp.port)}`,
      async stop() {
        await smtp.stop();
        await server.close();
      },
    };
  },
);
