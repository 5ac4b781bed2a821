import { readFile, writeFile } from 'node:fs/promises';
import { describeScript } from '../../platform/script.ts';
import { generatedFiles } from './files.ts';

describeScript(
  'npm run generate-deployment',
  'Writes what docker-compose.yml, the chart and the dashboards say of the roles, from the tables of the code.',
).parse();

for (const [file, make] of Object.entries(generatedFiles)) {
  const path = new URL(`../../${file}`, import.meta.url);
  const before = await readFile(path, 'utf8').catch(() => '');
  const after = make(before);
  if (after === before) continue;
  await writeFile(path, after);
  process.stdout.write(`${file}\n`);
}
