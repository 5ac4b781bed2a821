import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/** One address for the nodes of a cluster, as a load balancer gives it: each connection goes to the next node that is up. */
export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

export async function openBalancer(urls: readonly string[]): Promise<Balancer> {
  const ports = urls.map((url) => Number(new URL(url).port));
  const sockets = new Set<Socket>();
  let turn = 0;
  const forward = async (near: Socket) => {
    keep(near);
    for (let tries = 0; tries < ports.length; tries += 1) {
      const far = dial(ports[turn++ % ports.length] as number, '127.0.0.1');
      const isUp = await once(far, 'connect').then(
        () => true,
        () => false,
      );
      if (!isUp) continue;
      keep(far);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      near.pipe(far).pipe(near);
      return;
    }
    near.destroy();
  };
  const keep = (socket: Socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    sockets.add(socket);
  };
  const server = createServer((near) => void forward(near));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`${urls[0]}`);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
