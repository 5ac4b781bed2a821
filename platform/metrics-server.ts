import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import { hostAndPort } from './listening.ts';
import type { Logger } from './logging.ts';
import { renderMetrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import type { RoleContext } from './role.ts';
import { readServerCertificate, type ServerCertificate } from './transport/server-certificate.ts';

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
});

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const plain = (status: number, text: string): Answer => ({ status, contentType: 'text/plain; charset=utf-8', text });

/** What is asked on the port, by its path. */
const answersOf = (readiness: Readiness): Readonly<Record<string, () => Promise<Answer>>> => ({
  '/metrics': async () => ({ status: 200, ...(await renderMetrics()) }),
  // That it is answered at all says what is asked: the event loop goes on.
  '/livez': async () => plain(200, 'alive\n'),
  '/readyz': async () => {
    const reasons = await readiness.reasons();
    return reasons.length === 0 ? plain(200, 'ready\n') : plain(503, reasons.map((reason) => `${reason}\n`).join(''));
  },
});

/**
 * Answers `GET /metrics`, `GET /livez` and `GET /readyz` for one role on its `METRICS_PORT`, from before its start until after
 * its stop; without that variable it opens no port. Services that speak HTTP answer `GET /metrics` on their own port besides.
 *
 * @throws {ConfigurationError} when the port is taken
 */
export async function serveMetrics(
  { logger, ...role }: RoleContext,
  readiness: Readiness,
): Promise<{ stop(): Promise<void> }> {
  const { HOST, METRICS_PORT } = readConfiguration(environment, role.environment);
  if (METRICS_PORT === undefined) return { stop: async () => undefined };
  const certificate = readServerCertificate(role.environment);
  const answers = answersOf(readiness);
  const listener: RequestListener = ({ method, url = '' }, response) => {
    const answer = method === 'GET' && Object.hasOwn(answers, url) ? answers[url] : undefined;
    if (!answer) return void response.writeHead(404).end(`GET ${Object.keys(answers).join(', ')} is all there is\n`);
    answer().then(
      ({ status, contentType, text }) => response.writeHead(status, { 'content-type': contentType }).end(text),
      (error: unknown) => {
        logger.error({ err: error }, `${url} could not be answered`);
        response.writeHead(500).end();
      },
    );
  };
  const server = listen(listener, certificate, logger);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new ConfigurationError(
          `METRICS_PORT is wrong: cannot listen on ${hostAndPort(HOST, METRICS_PORT)} (${error.message})`,
        ),
      ),
    );
    server.listen(METRICS_PORT, HOST, resolve);
  });
  logger.info(
    {
      address: `${certificate ? 'https' : 'http'}://${hostAndPort(HOST, (server.address() as AddressInfo).port)}/metrics`,
    },
    'metrics and probes are served',
  );
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(answer: RequestListener, certificate: ServerCertificate | undefined, logger: Logger): Server {
  if (!certificate) return createServer(answer);
  const server = createSecureServer(certificate.options, answer);
  certificate.follow(server, logger);
  return server;
}
