/**
 * The guard of one stack, a process of its own. It reads from a pipe that only the stack's owner can write to. When
 * the pipe closes without a dismissal, the owner has died: the guard stops what the owner had started, in the order
 * opposite to the starts, and removes what was temporary. Arguments: the stack's folder.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type GuardMessage, stackVariable } from './guard-messages.ts';
import { processesWithEnvironment } from './process-identity.ts';
import { killTree, stopProcess } from './stop-process.ts';

const [, , dataDirectory = ''] = process.argv;
const watched: Extract<GuardMessage, { type: 'watch' }>[] = [];
let temporary: string[] = [];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const message: GuardMessage = JSON.parse(line);
  if (message.type === 'dismiss') process.exit(0);
  if (message.type === 'watch') watched.push(message);
  if (message.type === 'remove') temporary = message.paths;
}

for (const { process: identity, stop } of watched.reverse()) await stopProcess(identity, stop);
// What was started in the very moment before the owner died, and had not been told any more.
for (const identity of processesWithEnvironment(stackVariable, dataDirectory)) {
  if (identity.processId !== process.pid) await killTree(identity);
}
// Another guard may still be stopping processes that write there.
for (const path of temporary) rmSync(path, { recursive: true, force: true, maxRetries: 60, retryDelay: 500 });
