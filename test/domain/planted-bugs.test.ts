import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type PlantedBug, plant } from '../planted-bugs/bug.ts';
import { plantedBugs } from '../planted-bugs/bugs/index.ts';
import { documentFile } from '../planted-bugs/report.ts';

const project = path.resolve(import.meta.dirname, '../..');

describe('the planted bugs', () => {
  test('are at least twelve, each with a name of its own', () => {
    const names = plantedBugs.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(12);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)+$/.test(name))).toEqual([]);
  });

  test.each(plantedBugs)('$name: fits the code exactly once, and its tests are there', async (bug) => {
    const text = await readFile(path.join(project, bug.file), 'utf8');
    expect(plant(text, bug)).not.toBe(text);
    await access(path.join(project, 'test', bug.tests.project, `${bug.tests.file}.test.ts`));
  });

  test('are those that docs/planted-bugs.md lists (npm run planted-bugs -- --write)', async () => {
    const page = await readFile(documentFile, 'utf8');
    const listed = [...page.matchAll(/^\| `([a-z-]+)` \| (.+?) \|/gm)].map(([, name, consequence]) => [
      name,
      consequence,
    ]);
    expect(listed).toEqual(plantedBugs.map(({ name, consequence }) => [name, consequence]));
  });
});

describe('a change', () => {
  const bug = { name: 'a-bug', file: 'file.ts', before: 'once', after: '$& never' } as PlantedBug;

  test('replaces what it names, whatever the replacement contains', () => {
    expect(plant('for once, maybe', bug)).toBe('for $& never, maybe');
  });

  test.each([
    ['is not there', 'nothing', '0 times'],
    ['is there twice', 'once and once', '2 times'],
  ])('of what %s is refused', (_, text, times) => {
    expect(() => plant(text, bug)).toThrow(times);
  });
});
