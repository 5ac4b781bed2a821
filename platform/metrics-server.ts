import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import { hostAndPort } from './listening.ts';
import type { Logger } from './logging.ts';
import { renderMetrics } from './metrics.ts';
import type { RoleContext } from './role.ts';
import { readServerCertificate, type ServerCertificate } from './transport/server-certificate.ts';

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
});

/**
 * Answers `GET /metrics` for one role on its `METRICS_PORT`; without that variable it opens no port. Services that speak HTTP answer `GET /metrics` on their own port besides.
 *
 * @throws {ConfigurationError} when the port is taken
 */
export async function serveMetrics({ logger, ...role }: RoleContext): Promise<{ stop(): Promise<void> }> {
  const { HOST, METRICS_PORT } = readConfiguration(environment, role.environment);
  if (METRICS_PORT === undefined) return { stop: async () => undefined };
  const certificate = readServerCertificate(role.environment);
  const answerMetrics: RequestListener = ({ method, url }, answer) => {
    if (method !== 'GET' || url !== '/metrics') return void answer.writeHead(404).end('GET /metrics is all there is\n');
    renderMetrics().then(
      ({ contentType, text }) => answer.writeHead(200, { 'content-type': contentType }).end(text),
      (error: unknown) => {
        logger.error({ err: error }, 'the metrics could not be read');
        answer.writeHead(500).end();
      },
    );
  };
  const server = listen(answerMetrics, certificate, logger);
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
    'metrics are served',
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
