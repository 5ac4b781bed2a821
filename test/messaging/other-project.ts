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
  /** What the compiler says of a file with this text beside the example; nothing when all of it is right. */
  compile(text: string): Promise<string>;
  remove(): Promise<void>;
}

/** Installs the package with the packages that it asks for, and no other. */
export async function openOtherProject(): Promise<OtherProject> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parcels-'));
  const modules = path.join(folder, 'node_modules');
  const installed = path.join(modules, packageName);
  await mkdir(installed, { recursive: true });
  await execa('tar', ['-xzf', await packBridge(folder), '-C', installed, '--strip-components=1']);
  const { dependencies, peerDependencies } = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'));
  for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), '@types/node']) {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.join(project, 'node_modules', name), path.join(modules, name), 'dir');
  }
  await copyFile(path.join(project, 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const file of ['events.ts', 'workflow.ts', 'worker.ts']) {
    const text = await readFile(path.join(example, file), 'utf8');
    const changed = text
      .replaceAll('../../bridge/index.ts', packageName)
      .replaceAll('../../bridge/workflow.ts', `${packageName}/workflow`);
    await writeFile(path.join(folder, file), changed);
  }
  return {
    folder,
    async compile(text) {
      await writeFile(path.join(folder, 'more.ts'), text);
      const compiler = path.join(project, 'node_modules', '.bin', 'tsc');
      return (await execa(process.execPath, [compiler, '-p', '.'], { cwd: folder, reject: false })).stdout;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
