import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from './part-error.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

/** A lock that is held, or the process that holds it instead. */
export type LockAttempt = { release: () => void } | { holder: ProcessIdentity };

/**
 * Tries once to take a lock: a file that names the process which holds it. A lock of a process that is gone is taken
 * over.
 * @param file the lock file; its folder is made
 */
export function tryLock(file: string): LockAttempt {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = JSON.stringify(identify(process.pid));
  // Written beside it and linked, so that no reader ever sees half a lock.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, own);
  try {
    for (;;) {
      try {
        linkSync(draft, file);
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const holder = readHolder(file);
      if (holder !== undefined && isRunning(holder)) return { holder };
      removeStale(file, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The process that a lock file names, or undefined when it names none. */
export function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Two processes may find the same stale lock: the second must not remove the lock that the first has just taken. */
function removeStale(file: string, stale: ProcessIdentity | undefined): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.startTime !== stale?.startTime && isRunning(moved)) {
    try {
      linkSync(aside, file);
    } catch {
      // A third one took it in the moment between.
    }
  }
  rmSync(aside, { force: true });
}
