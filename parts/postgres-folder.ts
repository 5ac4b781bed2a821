import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../platform/state-file.ts';
import { PartError } from './part-error.ts';
import { isReachableBy, privateStore, storeDirectory, type UnprivilegedUser } from './unprivileged-user.ts';

const noteName = 'postgres-folder';

const isDataFolder = (folder: string) => /^data-[0-9a-f]{12}$/.test(path.relative(storeDirectory, folder));

/**
 * The folder of PostgreSQL's data. It lies in the stack's folder, unless PostgreSQL runs as another user who cannot
 * pass the folders above it, e.g. in root's home: then it lies in `/var/lib/durable-checkout`, and the file
 * `postgres-folder` in the stack's folder names it.
 * @returns a path that may not exist yet; the user may write to the folder that it will lie in
 */
export function postgresFolder(dataDirectory: string, user: UnprivilegedUser | undefined): string {
  const inside = path.join(dataDirectory, 'postgres', 'data');
  if (user === undefined || isReachableBy(dataDirectory, user)) {
    // A folder made by mkdtemp lets no other user pass.
    if (user !== undefined) chmodSync(dataDirectory, statSync(dataDirectory).mode | 0o111);
    ownFolder(path.dirname(inside), user);
    return inside;
  }
  const note = path.join(dataDirectory, noteName);
  if (!existsSync(note)) writeWhole(note, path.join(privateStore(), `data-${randomBytes(6).toString('hex')}`));
  const outside = readFileSync(note, 'utf8').trim();
  if (!isDataFolder(outside)) {
    throw new PartError('PostgreSQL', {
      reason: 'damaged-file',
      happened: `${note} is damaged: it does not name a folder of data in ${storeDirectory}.`,
      remedy: `Write the folder into it whose file belongs-to names ${note}, or delete it to start with an empty database.`,
    });
  }
  ownFolder(outside, user);
  writeWhole(path.join(outside, 'belongs-to'), note);
  return path.join(outside, 'data');
}

function ownFolder(folder: string, user: UnprivilegedUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
}

/** The folder outside of a stack's folder that belongs to it, or undefined where there is none. */
export function outsideFolder(dataDirectory: string): string | undefined {
  const note = path.join(dataDirectory, noteName);
  if (!existsSync(note)) return undefined;
  const outside = readFileSync(note, 'utf8').trim();
  return isDataFolder(outside) ? outside : undefined;
}

/** Removes data that no stack names any more, because its folder was deleted. */
export function removeOrphans(): void {
  if (process.getuid?.() !== 0 || !existsSync(storeDirectory)) return;
  for (const name of readdirSync(storeDirectory).filter((found) => found.startsWith('data-'))) {
    const folder = path.join(storeDirectory, name);
    const owner = path.join(folder, 'belongs-to');
    if (!existsSync(owner)) continue;
    const note = readFileSync(owner, 'utf8').trim();
    // Of a file that is cut off nothing follows: data is removed only where it is certain that no stack has it.
    if (path.basename(note) !== noteName || !path.isAbsolute(note)) continue;
    const named = existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
    const isOrphan = named === undefined || (isDataFolder(named) && named !== folder);
    if (isOrphan) rmSync(folder, { recursive: true, force: true });
  }
}
