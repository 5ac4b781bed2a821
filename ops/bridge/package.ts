import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** What another project installs and imports. */
export const packageName = 'durable-checkout-bridge';

/** Two copies of one of these would not know each other. */
const shared: ReadonlySet<string> = new Set([
  '@temporalio/activity',
  '@temporalio/common',
  '@temporalio/worker',
  '@temporalio/workflow',
  'zod',
]);

const project = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Makes an npm package of the bridge: `bridge/` and what it imports, as JavaScript with types. Its dependencies are those
 * that this code imports, in the versions of this project; those whose types or state it shares with the other project are that one's own.
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
  const entry = (name: string) => ({ types: `./lib/bridge/${name}.d.ts`, default: `./lib/bridge/${name}.js` });
  return {
    name: packageName,
    version,
    description: 'Publishes the milestones of Temporal workflows as confirmed events on RabbitMQ',
    type: 'module',
    engines,
    exports: { '.': entry('index'), './workflow': entry('workflow') },
    dependencies: Object.fromEntries(needed.filter(([name]) => !shared.has(name))),
    peerDependencies: Object.fromEntries(needed.filter(([name]) => shared.has(name))),
  };
}

/** The names of the packages that the code of a folder imports when it runs. */
async function importedPackages(folder: string): Promise<Set<string>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.js'));
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  const imports = texts.flatMap((text) => [...text.matchAll(/ from '((?:@[^/']+\/)?[^./'][^/']*)/g)]);
  return new Set(imports.map(([, name = '']) => name));
}
