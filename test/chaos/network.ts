import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { cacheDirectory, installOnce } from '../../parts/cache.ts';
import { findOnPath, run } from '../../parts/command.ts';
import type { PartName, Parts } from '../../parts/index.ts';
import { choosePort } from '../../parts/ports.ts';
import type { Report } from '../../parts/report.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { Card, Fault, FaultKind } from './plan.ts';

/** The ways from the processes to the parts, through a toxiproxy. */
export interface Network {
  /** Puts it between; the parts are reached here from then on. */
  readonly between: (parts: Parts) => Promise<Pick<Parts, 'temporal' | 'rabbitmq' | 'postgres'>>;
  /** Lets a fault happen for as long as it lasts. */
  readonly disturb: (fault: Fault, signal: AbortSignal) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const ways: readonly PartName[] = ['temporal', 'rabbitmq', 'postgres'];

/** What happens to the network and to the disk, each at least once in a plan. */
export const disturbances: readonly Card[] = [
  ...ways.flatMap((target) => (['slow', 'reset', 'silent'] as const).map((kind) => ({ target, kind }))),
  { target: 'rabbitmq', kind: 'full-disk' },
];

interface Toxic {
  readonly type: string;
  readonly attributes: Readonly<Record<string, number>>;
}

/** In milliseconds. A timeout of 0 never ends: the connection stays, and what is sent is lost. */
const toxics: Partial<Record<FaultKind, Toxic>> = {
  slow: { type: 'latency', attributes: { latency: 300, jitter: 200 } },
  reset: { type: 'reset_peer', attributes: { timeout: 0 } },
  silent: { type: 'timeout', attributes: { timeout: 0 } },
};

const goModule = fileURLToPath(new URL('../../tools/toxiproxy', import.meta.url));

/** Toxiproxy, which Go makes of the module in `tools/`: its sum is known there. */
const install = (go: string, report: Report): Promise<string> =>
  installOnce({
    ...{ part: 'Toxiproxy', target: path.join(cacheDirectory(), 'toxiproxy-2.12.0'), megabytes: 200, report },
    async make(target) {
      await run(go, ['build', '-o', target, 'github.com/Shopify/toxiproxy/v2/cmd/server'], {
        ...{ directory: goModule, timeout: 300_000 },
      });
    },
  });

/** @returns `undefined` on a machine without Go, which is said: nothing is disturbed there */
export async function openNetwork(report: Report): Promise<Network | undefined> {
  const go = findOnPath('go');
  if (!go) {
    report(
      'Toxiproxy is not to be had without Go: parts and processes are killed and frozen, the network is left alone',
    );
    return undefined;
  }
  const port = await choosePort();
  const api = `http://127.0.0.1:${port}`;
  const server = execa(await install(go, report), ['-host', '127.0.0.1', '-port', String(port)], {
    reject: false,
    stdio: 'ignore',
  });
  const answers = () =>
    fetch(`${api}/version`).then(
      ({ ok }) => ok,
      () => false,
    );
  if (!(await waitUntil(answers, { within: 20_000, every: 50 }))) throw new Error('toxiproxy does not answer');
  const ask = async (method: string, what: string, body?: object) => {
    const answer = await fetch(`${api}/${what}`, { method, ...(body && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`toxiproxy refuses ${method} ${what}: ${await answer.text()}`);
  };
  let broker: Parts['rabbitmq'] | undefined;

  /** @returns where a part is reached that is at `host:port` */
  async function lead(name: PartName, upstream: string): Promise<string> {
    const listen = `127.0.0.1:${await choosePort()}`;
    await ask('POST', 'proxies', { name, listen, upstream, enabled: true });
    return listen;
  }

  async function leadUrl(name: PartName, url: string): Promise<string> {
    const address = new URL(url);
    address.host = await lead(name, address.host);
    return address.href;
  }

  async function fillDisk(lasts: number, signal: AbortSignal): Promise<void> {
    // What is free is never as much as that.
    await broker?.control?.('set_disk_free_limit', '900000000000000');
    try {
      await delay(lasts, undefined, { signal });
    } finally {
      await broker?.control?.('set_disk_free_limit', '50000000');
    }
  }

  return {
    async between({ temporal, rabbitmq, postgres }) {
      broker = rabbitmq;
      return {
        temporal: { ...temporal, address: await lead('temporal', temporal.address) },
        rabbitmq: { ...rabbitmq, url: await leadUrl('rabbitmq', rabbitmq.url) },
        postgres: { url: await leadUrl('postgres', postgres.url) },
      };
    },
    async disturb({ target, kind, lasts }, signal) {
      if (kind === 'full-disk') return fillDisk(lasts, signal);
      const toxic = toxics[kind];
      if (!toxic) throw new RangeError(`a network has no ${kind}`);
      const streams = kind === 'silent' ? ['upstream', 'downstream'] : ['downstream'];
      for (const stream of streams) await ask('POST', `proxies/${target}/toxics`, { name: stream, stream, ...toxic });
      try {
        await delay(lasts, undefined, { signal });
      } finally {
        for (const stream of streams) await ask('DELETE', `proxies/${target}/toxics/${stream}`);
      }
    },
    async stop() {
      server.kill('SIGTERM');
      await server;
    },
  };
}
