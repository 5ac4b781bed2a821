import { readFile, stat } from 'node:fs/promises';

export interface ChangingFileOptions {
  /** For so many milliseconds after a look at the file it is taken as it was. @default 0 */
  readonly lookEveryMs?: number;
}

/** What stands in a file that something else writes. */
export interface ChangingFile<Content> {
  /** The content; it is read again when the file has changed. */
  (): Promise<Content>;
  /** The same, by a look at the file at this moment. */
  now(): Promise<Content>;
}

/** What stands in a file, which something else writes: it is read again when it has changed. */
export function changingFile<Content>(
  file: string,
  parse: (text: string) => Content,
  { lookEveryMs = 0 }: ChangingFileOptions = {},
): ChangingFile<Content> {
  let known: { readonly changedAt: number; readonly content: Content } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const now = async () => {
    const { mtimeMs: changedAt } = await stat(file);
    if (known?.changedAt !== changedAt) known = { changedAt, content: parse(await readFile(file, 'utf8')) };
    lookedAt = Date.now();
    return known.content;
  };
  const recently = async () => (known && Date.now() - lookedAt < lookEveryMs ? known.content : now());
  return Object.assign(recently, { now });
}
