import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { tryLock } from './lock.ts';
import { codeOf, messageOf, PartError } from './part-error.ts';
import { type Report, secondsSince } from './report.ts';
import { waitUntil } from './wait.ts';

/** The folder for what is fetched or built once for this user. */
export function cacheDirectory(): string {
  const configured = process.env['XDG_CACHE_HOME'];
  const base = configured !== undefined && path.isAbsolute(configured) ? configured : path.join(home(), '.cache');
  return path.join(base, 'durable-checkout');
}

function home(): string {
  const named = process.env['HOME'] ?? '';
  return path.isAbsolute(named) ? named : homedir() || tmpdir();
}

/** One thing to put into the cache. */
export type Installation = {
  /** The part as people call it. */
  part: string;
  /** Where it will be: a file or a folder that is there only when it is whole. */
  target: string;
  /** Free space that it needs while it is made, in megabytes. */
  megabytes: number;
  report: Report;
  /** Makes it under a temporary name beside the target. */
  make: (temporary: string) => Promise<void>;
};

/**
 * Makes a file or folder of the cache unless it is there. A killed installation leaves nothing that counts, and of two
 * processes that want the same thing at once the second waits for the first.
 * @returns the target
 * @throws PartError when there is no space, or what `make` throws
 */
export async function installOnce({ part, target, megabytes, report, make }: Installation): Promise<string> {
  if (existsSync(target)) return target;
  requireFolder(part, path.dirname(target));
  const release = await lockOrWait(part, target, report);
  if (release === undefined) return target;
  const temporary = `${target}.partial-${process.pid}`;
  const start = performance.now();
  try {
    removeLeftovers(target);
    requireSpace(part, path.dirname(target), megabytes);
    await make(temporary);
    renameSync(temporary, target);
    report(`${part}: installed in ${secondsSince(start)}`);
    return target;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (codeOf(error) === 'ENOSPC' || /no space left on device/i.test(messageOf(error))) {
      throw diskFull(part, path.dirname(target), megabytes, error);
    }
    throw error;
  } finally {
    release();
  }
}

/** @returns how to release the lock, or undefined when another process has made the target meanwhile */
async function lockOrWait(part: string, target: string, report: Report): Promise<(() => void) | undefined> {
  let told = false;
  let release: (() => void) | undefined;
  await waitUntil(
    () => {
      const attempt = tryLock(`${target}.lock`);
      if ('release' in attempt) {
        release = attempt.release;
        return true;
      }
      if (!told) report(`${part}: process ${attempt.holder.processId} is installing it already; waiting for that`);
      told = true;
      return existsSync(target);
    },
    { within: Number.POSITIVE_INFINITY, every: 250 },
  );
  if (existsSync(target)) {
    release?.();
    return undefined;
  }
  return release;
}

function removeLeftovers(target: string): void {
  const prefix = `${path.basename(target)}.partial-`;
  for (const name of readdirSync(path.dirname(target))) {
    if (name.startsWith(prefix)) rmSync(path.join(path.dirname(target), name), { recursive: true, force: true });
  }
}

/**
 * Checks the free space of the disk that a folder is on.
 * @throws PartError when it is too little
 */
export function requireSpace(part: string, directory: string, megabytes: number): void {
  requireFolder(part, directory);
  const { bavail, bsize } = statfsSync(directory);
  if ((bavail * bsize) / 1e6 < megabytes) throw diskFull(part, directory, megabytes);
}

function diskFull(part: string, directory: string, megabytes: number, cause?: unknown): PartError {
  return new PartError(part, {
    reason: 'disk-full',
    happened: `There is too little space on the disk of ${directory}: about ${megabytes} MB are needed.`,
    remedy: 'Free some space, or set XDG_CACHE_HOME to a folder on another disk, and run the same command again.',
    cause,
  });
}

function requireFolder(part: string, directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
  } catch (error) {
    throw new PartError(part, {
      reason: 'not-permitted',
      happened: `The folder ${directory} cannot be made or written: ${messageOf(error)}.`,
      remedy:
        'Give this user the right to write there, or choose another one (XDG_CACHE_HOME names that of the cache).',
      cause: error,
    });
  }
}
