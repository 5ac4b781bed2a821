import { writeFile } from 'node:fs/promises';
import { describeScript } from '../../platform/script.ts';
import { failuresPage } from './failures-page.ts';

describeScript('npm run document-failures', 'Writes docs/failures.md from the catalogue of failures.').parse();

await writeFile(new URL('../../docs/failures.md', import.meta.url), failuresPage());
