import { fileURLToPath } from 'node:url';
import { equations } from '../audit/equations/index.ts';

/** The page that the table is a part of. */
export const equationsPageFile = fileURLToPath(new URL('../../docs/audit.md', import.meta.url));

const mark = '<!-- npm run document-equations -->';

/** The page with all equations: what each means, what may be in flight to it, and what to do when it fails. */
export function withEquations(page: string): string {
  const rows = Object.entries(equations).map(([name, { means, remedy, carriers = [] }]) => [
    `\`${name}\``,
    means,
    carriers.length > 0 ? carriers.join(', ') : 'nothing',
    remedy,
  ]);
  const header = ['equation', 'it means', 'in flight', 'when it fails'];
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${page.slice(0, page.indexOf(mark))}${mark}\n${lines.join('\n')}\n`;
}
