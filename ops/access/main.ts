import { readFile, writeFile } from 'node:fs/promises';
import { describeScript } from '../../platform/script.ts';
import { runAccessMatrix } from './matrix.ts';
import { complaints, pageFile, withMatrix } from './page.ts';

const { write } = describeScript(
  'npm run access-matrix --',
  'Calls every operation of every service with every kind of token, and shows who is let in.',
)
  .option('--write', 'write docs/access.md')
  .parse()
  .opts<{ write?: true }>();

const rows = await runAccessMatrix();
const page = withMatrix(await readFile(pageFile, 'utf8'), rows);
process.stdout.write(page);
if (write) await writeFile(pageFile, page);
const wrong = complaints(rows);
for (const line of wrong) process.stderr.write(`✗ ${line}\n`);
if (wrong.length > 0) process.exitCode = 1;
