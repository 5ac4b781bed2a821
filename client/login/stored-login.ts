import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { DamagedFileError, readState, writeState } from '../../platform/state-file.ts';

const schema = z.object({
  issuer: z.string(),
  clientId: z.string(),
  audience: z.string(),
  accessToken: z.string(),
  /** ISO 8601 in UTC. */
  expiresAt: z.iso.datetime(),
  refreshToken: z.string().optional(),
});

/** Who has logged in at a provider, as this user's machine keeps it. */
export type StoredLogin = z.infer<typeof schema>;

const remedy = 'log in again';

/** The file, in the folder for this user's settings. */
const loginFile = (): string =>
  path.join(process.env['XDG_CONFIG_HOME'] || path.join(homedir(), '.config'), 'durable-checkout', 'login.json');

/**
 * The login of this user; `undefined` when there is none.
 *
 * @throws {DamagedFileError} when the file holds something else, or when others may read it
 */
export function readLogin(file = loginFile()): StoredLogin | undefined {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  if (mode & 0o077) {
    throw new DamagedFileError(
      `${file} can be read by other users of this machine; log out, and ${remedy} with new tokens`,
    );
  }
  return readState(file, schema, remedy);
}

/** Keeps a login in a file and a folder that only this user may read. */
export function writeLogin(login: StoredLogin, file = loginFile()): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  writeState(file, login, { mode: 0o600 });
}

/** @returns whether there was one */
export function removeLogin(file = loginFile()): boolean {
  const wasThere = statSync(file, { throwIfNoEntry: false }) !== undefined;
  rmSync(file, { force: true });
  return wasThere;
}

/** Milliseconds after which a lock is that of a command that was killed: a renewal takes no longer. */
const longestRenewal = 15_000;

/** Does work while no other command does: a refresh token that is sent twice ends the login at many providers. */
export async function whileAlone<Result>(work: () => Promise<Result>, file = loginFile()): Promise<Result> {
  const lock = `${file}.lock`;
  while (!take(lock)) await delay(50);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const takenAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
  if (Date.now() - takenAt > longestRenewal) rmSync(lock, { force: true });
  return false;
}
