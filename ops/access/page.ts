import { fileURLToPath } from 'node:url';
import { credentialKinds } from './credentials.ts';
import { type AccessRow, expected } from './matrix.ts';

/** The page that the matrix is a part of. */
export const pageFile = fileURLToPath(new URL('../../docs/access.md', import.meta.url));

const mark = '<!-- npm run access-matrix -- --write -->';

const signs = { passes: '✓', Unauthenticated: '401', Forbidden: '403', NotFound: '404', 'not asked': '' } as const;

/** The page with the table of what each operation answers. */
export function withMatrix(page: string, rows: readonly AccessRow[]): string {
  const header = ['operation', 'who may', ...credentialKinds];
  const lines = rows.map(({ operation, access, verdicts }) => [
    `\`${operation}\``,
    access === 'public' ? 'everyone' : access.join(', '),
    ...credentialKinds.map((kind) => signs[verdicts[kind]]),
  ]);
  const table = [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `${page.slice(0, page.indexOf(mark))}${mark}\n${table}\n`;
}

/** What answers otherwise than its contract says, a line each. */
export function complaints(rows: readonly AccessRow[]): string[] {
  return rows.flatMap(({ operation, access, verdicts }) =>
    credentialKinds
      .filter((kind) => verdicts[kind] !== 'not asked' && verdicts[kind] !== expected(access, kind))
      .map((kind) => `${operation} with ${kind}: ${verdicts[kind]} instead of ${expected(access, kind)}`),
  );
}
