import { once } from 'node:events';
import { connect } from 'node:http2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serveGrpc } from '../../platform/grpc/server.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { catalogHandlers } from '../../services/catalog/server.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;

beforeAll(async () => {
  const limits = { headersTimeoutMs: 200, requestTimeoutMs: 200 };
  service = await startInProcess('catalog', (database, options) =>
    serveGrpc(catalogGrpcContract, catalogHandlers(database), { ...options, limits }),
  );
});

afterAll(() => service.stop());

test('a message that trickles is ended, and the connection serves others', async () => {
  const session = connect(service.url);
  const slow = session.request({
    ':method': 'POST',
    ':path': '/durablecheckout.catalog.v1.Catalog/Quote',
    'content-type': 'application/grpc+proto',
    te: 'trailers',
  });
  slow.on('error', () => undefined);
  slow.write(Buffer.from([0, 0, 0]));
  await once(slow, 'close');
  expect(slow.readableEnded || slow.rstCode !== 0).toBe(true);
  session.destroy();

  const catalog = createCatalogClient({ url: service.url });
  await expect(catalog.getProducts({ skus: ['unknown'] })).rejects.toMatchObject({ type: 'UnknownProduct' });
});
