import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { packageName } from '../../ops/bridge/package.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const linesOf = (text: string) => text.split('\n').map((line) => line.trim());

/** The file that each block names, and what the block shows of it; `…` stands for what it leaves out. */
const blocks = [...read('docs/plugin.md').matchAll(/^```ts\n\/\/ (\S+)\n(.*?)\n```$/gms)].map(
  ([, file = '', text = '']): [string, string[]] => [file, linesOf(text).filter((line) => !line.startsWith('// …'))],
);

test.each(blocks)('what the page shows of %s is in the example, in this order', (file, shown) => {
  const code = linesOf(
    read(`examples/parcel-tracking/${file}`)
      .replaceAll('../../bridge/index.ts', packageName)
      .replaceAll('../../bridge/workflow.ts', `${packageName}/workflow`),
  );
  for (const line of shown) {
    expect(code).toContain(line);
    code.splice(0, code.indexOf(line) + 1);
  }
});

test('it takes ten lines', () => {
  expect(blocks.map(([file]) => file)).toEqual(['events.ts', 'worker.ts', 'workflow.ts']);
  expect(blocks.flatMap(([, lines]) => lines)).toHaveLength(10);
});
