import { readFile, stat } from 'node:fs/promises';

/** What stands in a file, which something else writes: it is read again when it has changed. */
export function changingFile<Content>(file: string, parse: (text: string) => Content): () => Promise<Content> {
  let known: { readonly changedAt: number; readonly content: Content } | undefined;
  return async () => {
    const { mtimeMs: changedAt } = await stat(file);
    if (known?.changedAt !== changedAt) known = { changedAt, content: parse(await readFile(file, 'utf8')) };
    return known.content;
  };
}
