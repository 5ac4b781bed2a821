import { readFile, writeFile } from 'node:fs/promises';
import { describeScript } from '../../platform/script.ts';
import { equationsPageFile, withEquations } from './equations-page.ts';

describeScript(
  'npm run document-equations',
  'Writes the table of docs/audit.md from the equations of the audit.',
).parse();

await writeFile(equationsPageFile, withEquations(await readFile(equationsPageFile, 'utf8')));
