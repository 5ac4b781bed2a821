import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { explanations } from '../mutation/explained.ts';
import { mutatedFiles } from '../mutation/report.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

test.each(explanations.map(({ file, before, after }) => [file, before, after] as const))(
  'the explanation of a mutant of %s is of a line that is there: %s',
  async (file, before, after) => {
    expect(mutatedFiles).toContain(file);
    expect(after).not.toBe(before);
    const source = await readFile(path.join(project, file), 'utf8');
    const lines = source.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
    for (const part of before.split(' … ')) expect(lines).toContain(part);
  },
);
