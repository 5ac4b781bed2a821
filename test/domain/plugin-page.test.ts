import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { asInstalled } from '../messaging/other-project.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const linesOf = (text: string) => text.split('\n').map((line) => line.trim());

/** The file that each block names, and what the block shows of it; `…` stands for what it leaves out. */
const blocksOf = (text: string) =>
  [...text.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)\n```$/gms)].map(([, file = '', code = '']): [string, string[]] => [
    file,
    linesOf(code).filter((line) => !line.startsWith('// …')),
  ]);

const page = read('docs/plugin.md');
const section = (title: string) => page.split(/^## /m).find((part) => part.startsWith(title)) ?? '';

test.each(blocksOf(page))('what the page shows of %s is in the example, in this order', (file, shown) => {
  const code = linesOf(asInstalled(read(`examples/parcel-tracking/${file}`)));
  for (const line of shown) {
    expect(code).toContain(line);
    code.splice(0, code.indexOf(line) + 1);
  }
});

test.each([
  ['Publish from workflows: ten lines', ['events.ts', 'worker.ts', 'workflow.ts'], 10],
  ['Consume: twenty lines', ['events.ts', 'tracking-page.ts'], 20],
])('%s are as many, without the signs of their brackets', (title, files, count) => {
  const blocks = blocksOf(section(title));
  expect(blocks.map(([file]) => file)).toEqual(files);
  expect(blocks.flatMap(([, lines]) => lines).filter((line) => /\w/.test(line))).toHaveLength(count);
});
