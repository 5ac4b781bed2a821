import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { packageName, packBridge } from '../../ops/bridge/package.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const example = path.join(project, 'examples', 'parcel-tracking');

/** The example in a folder outside of this project, with the package of the bridge as another project has it. */
export interface OtherProject {
  readonly folder: string;
  /** Where the package is in it. */
  readonly installed: string;
  /** What the compiler says of a file with this text beside the example; nothing when all of it is right. */
  compile(text: string): Promise<string>;
  remove(): Promise<void>;
}

/** A file of the example as it stands in a project that has installed the package. */
export const asInstalled = (text: string): string =>
  text
    .replaceAll('../../bridge/index.ts', packageName)
    .replaceAll('../../bridge/workflow.ts', `${packageName}/workflow`)
    .replaceAll('../../messaging/index.ts', `${packageName}/messaging`);

export interface OtherProjectOptions {
  /** In place of the prefix in the example's topology, so that tests do not share queues: `prefix: 'mine.'`. */
  readonly topology?: string;
  /** Whether it has the packages that the package only needs where there is Temporal. @default true */
  readonly withTemporal?: boolean;
}

interface Manifest {
  readonly dependencies: object;
  readonly peerDependencies: object;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** Installs the package with the packages that it asks for, and no other. */
export async function openOtherProject(options: OtherProjectOptions = {}): Promise<OtherProject> {
  const { topology = "prefix: 'parcels.'", withTemporal = true } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'parcels-'));
  const modules = path.join(folder, 'node_modules');
  const installed = path.join(modules, packageName);
  await mkdir(installed, { recursive: true });
  await execa('tar', ['-xzf', await packBridge(folder), '-C', installed, '--strip-components=1']);
  const manifest = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as Manifest;
  const { dependencies, peerDependencies, peerDependenciesMeta = {} } = manifest;
  const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter(
    (name) => withTemporal || !peerDependenciesMeta[name]?.optional,
  );
  for (const name of [...needed, '@types/node']) {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.join(project, 'node_modules', name), path.join(modules, name), 'dir');
  }
  await copyFile(path.join(project, 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const file of ['events.ts', 'workflow.ts', 'worker.ts', 'tracking-page.ts']) {
    const text = asInstalled(await readFile(path.join(example, file), 'utf8'));
    await writeFile(path.join(folder, file), text.replace("prefix: 'parcels.'", topology));
  }
  return {
    folder,
    installed,
    async compile(text) {
      await writeFile(path.join(folder, 'more.ts'), text);
      const compiler = path.join(project, 'node_modules', '.bin', 'tsc');
      return (await execa(process.execPath, [compiler, '-p', '.'], { cwd: folder, reject: false })).stdout;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
