import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { PartError } from './part-error.ts';

/** A user without rights, by number. */
export type UnprivilegedUser = { uid: number; gid: number };

/**
 * PostgreSQL refuses to run as root. For root this is the user that it runs as instead: `postgres` where the system
 * has it, else `nobody`. Undefined for other users, who run it as themselves.
 * @throws PartError when root has no such user
 */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const row = rows.find(([found]) => found === name);
    if (row !== undefined) return { uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new PartError('PostgreSQL', {
    reason: 'not-permitted',
    happened: 'It refuses to run as root, and this system has neither a user "postgres" nor a user "nobody".',
    remedy: 'Run the command as another user than root, or create the user: useradd --system postgres.',
  });
}

/** Whether a user may pass every folder above a path. */
export function isReachableBy(file: string, user: UnprivilegedUser): boolean {
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    if (!maySearch(folder, user)) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

function maySearch(folder: string, { uid, gid }: UnprivilegedUser): boolean {
  const status = statSync(folder);
  if (status.uid === uid) return (status.mode & 0o100) !== 0;
  if (status.gid === gid) return (status.mode & 0o010) !== 0;
  return (status.mode & 0o001) !== 0;
}

/** Where root keeps what a user without rights has to reach: it outlives a restart of the machine. */
export const storeDirectory = '/var/lib/durable-checkout';

/** Makes that folder, which users without rights can pass. */
export function privateStore(): string {
  mkdirSync(storeDirectory, { recursive: true });
  chmodSync(storeDirectory, 0o755);
  return storeDirectory;
}
