import { chownSync, type Dirent } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { unprivilegedUser } from '../../parts/unprivileged-user.ts';

/** Beside the data of a backup: when it was begun. */
const noteOf = (folder: string) => `${folder}.begun-at`;

/** What a server makes at its start, and what its write-ahead log of the end of the backup replaces. */
const leftOut = /^(postmaster\.(pid|opts)|pg_wal|pg_replslot|pg_stat_tmp|pg_dynshmem|pg_notify|pgsql_tmp.*)$/;

/**
 * Copies the data of a PostgreSQL of this machine while it serves, by its own interface for that: a server that is started on the copy
 * recovers to the moment at which the copy was complete.
 *
 * @param url of an administrator
 * @param folder does not exist yet
 * @returns when it was begun
 */
export async function backUp(url: string, folder: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ data: string; now: Date }>(
      `select current_setting('data_directory') as data, now() as now, pg_backup_start('durable-checkout', true)`,
    );
    const [{ data, now } = { data: '', now: new Date() }] = rows;
    await copyTree(data, folder, (name) => !leftOut.test(name));
    const { rows: ended } = await client.query<{ labelfile: string; spcmapfile: string }>(
      'select labelfile, spcmapfile from pg_backup_stop(false)',
    );
    await writeOwned(path.join(folder, 'backup_label'), ended[0]?.labelfile ?? '');
    if (ended[0]?.spcmapfile) await writeOwned(path.join(folder, 'tablespace_map'), ended[0].spcmapfile);
    await copyTree(path.join(data, 'pg_wal'), path.join(folder, 'pg_wal'), () => true);
    for (const name of ['pg_replslot', 'pg_stat_tmp', 'pg_dynshmem', 'pg_notify'])
      await makeFolder(path.join(folder, name));
    const begunAt = now.toISOString();
    await writeFile(noteOf(folder), begunAt);
    return begunAt;
  } finally {
    await client.end();
  }
}

/** When a backup was begun: what was published since is not in it, or may not be. */
export const begunAtOf = (folder: string): Promise<string> => readFile(noteOf(folder), 'utf8');

/** Copies a backup to where a server may change it. */
export const copyBackup = (folder: string, target: string): Promise<void> => copyTree(folder, target, () => true);

async function copyTree(from: string, to: string, isWanted: (name: string) => boolean): Promise<void> {
  await makeFolder(to);
  for (const entry of (await readdir(from, { withFileTypes: true })).filter(({ name }) => isWanted(name)))
    await copyEntry(entry, path.join(from, entry.name), path.join(to, entry.name), isWanted);
}

async function copyEntry(entry: Dirent, from: string, to: string, isWanted: (name: string) => boolean): Promise<void> {
  try {
    if (entry.isDirectory()) return await copyTree(from, to, isWanted);
    await copyFile(from, to);
    own(to);
  } catch (error) {
    // The server removes files meanwhile, which the log of the backup makes good.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  own(folder);
}

async function writeOwned(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  own(file);
}

/** PostgreSQL does not run as root. */
function own(file: string): void {
  const user = unprivilegedUser();
  if (user) chownSync(file, user.uid, user.gid);
}
