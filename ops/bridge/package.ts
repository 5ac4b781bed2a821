import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** What another project installs and imports. */
export const packageName = 'durable-checkout-bridge';

/** Two copies of one of these would not know each other: they share types, or the state of a module. */
const shared: ReadonlySet<string> = new Set([
  '@temporalio/activity',
  '@temporalio/common',
  '@temporalio/worker',
  '@temporalio/workflow',
  'kysely',
  'prom-client',
  'zod',
]);

/** What only the bridge needs: a project that consumes may have nothing of Temporal. */
const isOptional = (name: string): boolean => name.startsWith('@temporalio/');

/** What another project imports, and the folders and files that it is made of. */
const entries = { '.': 'bridge/index', './workflow': 'bridge/workflow', './messaging': 'messaging/index' } as const;

const project = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Makes an npm package of the bridge and the library of messaging: `bridge/`, `messaging/index.ts` and what they import, as
 * JavaScript with types. Its dependencies are those that this code imports, in the versions of this project; those whose types
 * or state it shares with the other project are that one's own, in a compatible version.
 *
 * @param target the folder to write it to
 * @returns the path of the package
 */
export async function packBridge(target: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-bridge-'));
  try {
    const compiler = path.join(project, 'node_modules', '.bin', 'tsc');
    const library = path.join(folder, 'lib');
    await execa(process.execPath, [compiler, '-p', path.join(project, 'bridge'), '--outDir', library]);
    await copyFile(path.join(project, 'docs', 'plugin.md'), path.join(folder, 'README.md'));
    const manifest = JSON.parse(await readFile(path.join(project, 'package.json'), 'utf8')) as Manifest;
    const description = describePackage(manifest, await importedPackages(library));
    await writeFile(path.join(folder, 'package.json'), JSON.stringify(description, undefined, 2));
    const { stdout } = await execa('npm', ['pack', folder, '--pack-destination', target, '--json']);
    const [packed] = JSON.parse(stdout) as [{ filename: string }];
    return path.join(target, packed.filename);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describePackage({ version, engines, dependencies }: Manifest, imported: ReadonlySet<string>): object {
  const needed = Object.entries(dependencies).filter(([name]) => imported.has(name) || shared.has(name));
  const own = needed.filter(([name]) => !shared.has(name));
  const peers = needed.filter(([name]) => shared.has(name));
  const optional = peers.filter(([name]) => isOptional(name));
  return {
    name: packageName,
    version,
    description:
      'Events on RabbitMQ: published from Temporal workflows or any program, consumed once, retried and parked',
    type: 'module',
    engines,
    exports: Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [
        name,
        { types: `./lib/${file}.d.ts`, default: `./lib/${file}.js` },
      ]),
    ),
    dependencies: Object.fromEntries(own),
    peerDependencies: Object.fromEntries(peers.map(([name, exact]) => [name, `^${exact}`])),
    peerDependenciesMeta: Object.fromEntries(optional.map(([name]) => [name, { optional: true }])),
  };
}

/** The names of the packages that the code of a folder imports when it runs. */
async function importedPackages(folder: string): Promise<Set<string>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.js'));
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  const imports = texts.flatMap((text) => [...text.matchAll(/ from '((?:@[^/']+\/)?[^./'][^/']*)/g)]);
  return new Set(imports.map(([, name = '']) => name));
}
