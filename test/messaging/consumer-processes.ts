import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { RoleName } from '../../roles/roles.ts';
import { amqpUrl, databaseUrl, eventually } from './environment.ts';

/** A process that consumes, on the shared broker and database, with the queues and the schema of production. */
export interface ConsumerProcess {
  /** What it says of each queue that it consumes, by the queues' names, as soon as there are so many. */
  consuming(count: number): Promise<object[]>;
  /** Stops it in order. */
  stop(): Promise<void>;
}

export async function startConsumerProcess(
  role: RoleName,
  environment: Readonly<Record<string, string>>,
): Promise<ConsumerProcess> {
  const child = spawn(process.execPath, ['roles/main.ts', role], {
    env: { PATH: process.env['PATH'], AMQP_URL: amqpUrl(), DATABASE_URL: databaseUrl(), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const settings = () =>
    lines
      .filter((line) => line.includes('"consuming"'))
      .map((line) => JSON.parse(line) as Record<'queue' | 'batchSize' | 'concurrency', unknown>)
      .map(({ queue, batchSize, concurrency }) => ({ queue, batchSize, concurrency }))
      .sort((left, right) => String(left.queue).localeCompare(String(right.queue)));
  return {
    consuming: (count) =>
      eventually(async () => {
        if (child.exitCode !== null) throw new Error(`${role} ended with ${child.exitCode}:\n${lines.join('\n')}`);
        return settings().length >= count && settings();
      }),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
