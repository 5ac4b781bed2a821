import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { packageName } from '../../ops/bridge/package.ts';
import { type OtherProject, openOtherProject } from './other-project.ts';

let project: OtherProject;
let files: string[];

beforeAll(async () => {
  project = await openOtherProject({ withTemporal: false });
  const entries = await readdir(project.installed, { recursive: true, withFileTypes: true });
  files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(project.installed, path.join(entry.parentPath, entry.name)));
});

afterAll(() => project?.remove());

const read = (file: string) => readFile(path.join(project.installed, file), 'utf8');

describe('the package', () => {
  test('has the library and the ground that it stands on, and no file of the shop', () => {
    const others = files.filter((file) => !/^lib\/(bridge|messaging|platform|contracts)\/.+\.(js|d\.ts)$/.test(file));

    expect(others.sort()).toEqual(['README.md', 'package.json']);
  });

  test('says no word of the shop', async () => {
    const library = files.filter((file) => file.startsWith('lib/'));
    const telling: string[] = [];
    for (const file of library) {
      const words = (await read(file)).match(
        /(?<!durable-)checkout|\bcart|customer|inventory|ledger|payment|refund|\bshop|storefront/gi,
      );
      if (words) telling.push(`${file}: ${words}`);
    }

    expect(library.length).toBeGreaterThan(50);
    expect(telling).toEqual([]);
  });

  test('has an entry for each of its three uses', async () => {
    const { exports } = JSON.parse(await read('package.json')) as { exports: Record<string, Record<string, string>> };

    expect(Object.keys(exports)).toEqual(['.', './workflow', './messaging']);
    for (const file of Object.values(exports).flatMap((entry) => Object.values(entry))) {
      expect(files).toContain(path.normalize(file));
    }
  });

  test('consumes in a project that has nothing of Temporal', async () => {
    const program = `import { startConsumers } from '${packageName}/messaging'; console.log(typeof startConsumers);`;
    const { stdout } = await execa('node', ['--input-type=module', '--eval', program], {
      cwd: project.folder,
      env: { NODE_OPTIONS: '' },
    });

    expect(stdout).toBe('function');
  });
});
