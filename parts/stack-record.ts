import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeState } from '../platform/state-file.ts';
import { stackVariable } from './guard-messages.ts';
import { tryLock } from './lock.ts';
import { PartError } from './part-error.ts';
import { isRunning, type ProcessIdentity, processesWithEnvironment } from './process-identity.ts';
import type { Report } from './report.ts';
import { type StopOrder, stopProcess } from './stop-process.ts';
import { waitUntil } from './wait.ts';

/** What a stack notes in its folder, so that the next one there finds what a killed one left. */
type Record = { guard: ProcessIdentity; processes: { process: ProcessIdentity; stop: StopOrder }[] };

const part = 'The stack';

/**
 * Takes a stack's folder for this process. What is left of a stack whose owner was killed is stopped first.
 * @returns how to give the folder back
 * @throws PartError when another process runs a stack in it
 */
export async function takeFolder(dataDirectory: string, report: Report): Promise<() => void> {
  mkdirSync(dataDirectory, { recursive: true });
  const attempt = tryLock(path.join(dataDirectory, 'owner.lock'));
  if ('holder' in attempt) {
    throw new PartError(part, {
      reason: 'in-use',
      happened: `Process ${attempt.holder.processId} runs a stack in ${dataDirectory} already.`,
      remedy: 'Stop that process, or choose another data directory.',
    });
  }
  try {
    await stopLeftovers(dataDirectory, report);
  } catch (error) {
    attempt.release();
    throw error;
  }
  return attempt.release;
}

async function stopLeftovers(dataDirectory: string, report: Report): Promise<void> {
  const record = readRecord(dataDirectory);
  if (record !== undefined && isRunning(record.guard)) {
    report(`${part}: an earlier run in ${dataDirectory} was killed and is still being cleaned up; waiting for that`);
    await waitUntil(() => !isRunning(record.guard), { within: 60_000 });
  }
  const left = record?.processes.filter(({ process: identity }) => isRunning(identity)) ?? [];
  if (left.length > 0) report(`${part}: stopping what an earlier run left in ${dataDirectory}`);
  for (const { process: identity, stop } of left.reverse()) await stopProcess(identity, stop);
  await stopMarked(dataDirectory);
}

/** Stops what belongs to the stack of a folder without being recorded, such as a process that left its parent. */
export async function stopMarked(dataDirectory: string): Promise<void> {
  for (const identity of processesWithEnvironment(stackVariable, dataDirectory)) {
    if (identity.processId !== process.pid) await stopProcess(identity, { signal: 'SIGTERM', patience: 5_000 });
  }
}

function recordFile(dataDirectory: string): string {
  return path.join(dataDirectory, 'processes.json');
}

function readRecord(dataDirectory: string): Record | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(dataDirectory), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Notes the processes of a stack in its folder. */
export function writeRecord(dataDirectory: string, record: Record): void {
  if (existsSync(dataDirectory)) writeState(recordFile(dataDirectory), record);
}
