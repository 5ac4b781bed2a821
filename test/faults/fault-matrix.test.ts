import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Matrix } from './matrix.ts';
import { runMatrixApart } from './matrix-run.ts';
import { complaints, documentFile, toMarkdown } from './report.ts';
import { activityNames } from './steps.ts';

let matrix: Matrix;

beforeAll(async () => {
  matrix = await runMatrixApart((line) => void process.stderr.write(`${line}\n`));
}, 600_000);

describe('the fault matrix', () => {
  test('has no scenario that breaks a rule by itself', () => {
    expect(matrix.problems).toEqual([]);
  });

  test.each(activityNames())('%s: every fault ends as it should', (activity) => {
    const cells = matrix.cells.filter(({ row }) => row.activity === activity);
    expect(matrix.unreached).not.toContain(activity);
    expect(complaints({ cells, unreached: [], problems: [] })).toEqual([]);
  });

  test('is the one that docs/fault-matrix.md shows (npm run fault-matrix -- --write)', async () => {
    expect(await readFile(documentFile, 'utf8')).toBe(toMarkdown(matrix));
  });
});
