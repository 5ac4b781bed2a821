import { writeFile } from 'node:fs/promises';
import { failuresPage } from './failures-page.ts';

await writeFile(new URL('../../docs/failures.md', import.meta.url), failuresPage());
