import { writeFile } from 'node:fs/promises';
import { describeScript } from '../../platform/script.ts';
import setUp, { tearDown } from '../setup/workflows.ts';
import { runMatrixApart } from './matrix-run.ts';
import { complaints, documentFile, toMarkdown } from './report.ts';

const { write } = describeScript(
  'npm run fault-matrix --',
  'Lets every call of every process fail in every way, and shows what became of each as a page.',
)
  .option('--write', 'write docs/fault-matrix.md')
  .parse()
  .opts<{ write?: true }>();

const say = (line: string) => process.stderr.write(`${line}\n`);

const start = Date.now();
await setUp();
try {
  const matrix = await runMatrixApart(say);
  const page = toMarkdown(matrix);
  process.stdout.write(page);
  if (write) await writeFile(documentFile, page);
  const red = complaints(matrix);
  for (const line of red) say(`✗ ${line}`);
  say(`${matrix.cells.length} cells in ${Math.round((Date.now() - start) / 1_000)} s`);
  if (red.length > 0) process.exitCode = 1;
} finally {
  await tearDown();
}
