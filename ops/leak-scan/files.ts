import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Found } from './database.ts';

/**
 * Searches every file below a folder, as bytes.
 *
 * @param without folders that are not searched
 */
export async function scanFiles(
  folder: string,
  needles: readonly (string | Buffer)[],
  without: readonly string[] = [],
): Promise<Found[]> {
  const found: Found[] = [];
  const skipped = without.map((each) => path.join(folder, each) + path.sep);
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || skipped.some((each) => file.startsWith(each))) continue;
    const content = await readFile(file);
    for (const needle of needles) {
      if (!content.includes(needle)) continue;
      const shown = typeof needle === 'string' ? needle : `${needle.length} bytes of a key`;
      found.push({ place: path.relative(folder, file), needle: shown, count: 1 });
    }
  }
  return found;
}
