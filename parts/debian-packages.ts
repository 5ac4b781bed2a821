import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findOnPath, run } from './command.ts';

/** A release of a distribution whose packages can be unpacked beside the system. */
export type Suite = { title: string; sources: 'system' | { line: string } };

const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The suites to try, best first: Debian 13, which has RabbitMQ 4, then the system's own. Empty without apt. */
export async function availableSuites(): Promise<Suite[]> {
  if (findOnPath('apt-get') === undefined || findOnPath('dpkg-deb') === undefined) return [];
  const own: Suite = { title: 'the packages of this system', sources: 'system' };
  const newest = await debianSuite(13);
  return newest === undefined ? [own] : [newest, own];
}

const codeNames = { 12: 'bookworm', 13: 'trixie' };

/** A release of Debian, or undefined on a system that cannot unpack its packages. */
export async function debianSuite(release: 12 | 13): Promise<Suite | undefined> {
  const unpacks = findOnPath('apt-get') !== undefined && findOnPath('dpkg-deb') !== undefined;
  if (!unpacks || !existsSync(debianKeyring)) return undefined;
  const line = `deb [signed-by=${debianKeyring}] ${await debianMirror()} ${codeNames[release]} main`;
  return { title: `the packages of Debian ${release}`, sources: { line } };
}

/** The mirror that the system itself uses, which is the one that this machine can reach. */
async function debianMirror(): Promise<string> {
  const listed = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']).catch(
    () => '',
  );
  const addresses = listed.split('\n').filter((address) => /\/debian\/?$/.test(address));
  return addresses[0] ?? 'http://deb.debian.org/debian';
}

/**
 * Downloads packages of a suite with apt, in a private folder, without root and without a change to the system.
 * @param directory the private folder; the packages come to `packages` in it
 * @returns the files of the packages
 */
export async function downloadPackages(suite: Suite, names: readonly string[], directory: string): Promise<string[]> {
  const apt = path.join(directory, 'apt');
  const packages = path.join(directory, 'packages');
  for (const folder of ['sources', 'state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(path.join(apt, folder), { recursive: true });
  }
  mkdirSync(packages, { recursive: true });
  writeFileSync(path.join(apt, 'state/status'), '');
  const options = path.join(apt, 'apt.conf');
  writeFileSync(options, `${aptOptions(apt, suite)}\n`);
  if (suite.sources !== 'system') writeFileSync(path.join(apt, 'sources.list'), `${suite.sources.line}\n`);
  const environment = { ...process.env, LC_ALL: 'C' };
  await run('apt-get', ['-c', options, '-qq', 'update'], { environment, timeout: 180_000 });
  await run('apt-get', ['-c', options, '-qq', 'download', ...names], {
    environment,
    directory: packages,
    timeout: 600_000,
  });
  return readdirSync(packages).map((file) => path.join(packages, file));
}

function aptOptions(apt: string, suite: Suite): string {
  const lines = [
    `Dir::State "${apt}/state";`,
    `Dir::State::status "${apt}/state/status";`,
    `Dir::Cache "${apt}/cache";`,
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'APT::Sandbox::User "root";',
    // What the system does after its own updates is not wanted here, and fails without root.
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
  ];
  if (suite.sources !== 'system') {
    lines.push(
      `Dir::Etc::sourcelist "${apt}/sources.list";`,
      `Dir::Etc::sourceparts "${apt}/sources";`,
      `Dir::Etc::preferences "${apt}/preferences";`,
      `Dir::Etc::preferencesparts "${apt}/sources";`,
    );
  }
  return lines.join('\n');
}

/** Unpacks packages into a folder, as they would lie under `/`. */
export async function unpackPackages(files: readonly string[], root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  for (const file of files) await run('dpkg-deb', ['-x', file, root]);
}

/** Whether a file is a program or library for the processor, by its first bytes. */
export function isElf(file: string): boolean {
  return readFileSync(file).subarray(0, 4).equals(Buffer.from('\x7fELF'));
}
