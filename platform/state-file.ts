import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { ConfigurationError } from './configuration.ts';

/** A file that a process of ours has written cannot be read any more. The message names it, and the remedy. */
export class DamagedFileError extends ConfigurationError {
  override readonly name = 'DamagedFileError';
}

/**
 * Reads a file that a process of ours has written, or says that there is none.
 *
 * @param remedy what to do where it is damaged, as the end of a sentence
 * @throws {DamagedFileError} that names the file and the remedy, when it is cut off or holds something else
 */
export function readState<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  remedy: string,
): z.infer<Schema> | undefined {
  if (!existsSync(file)) return undefined;
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.message : describeDamage(text);
    throw new DamagedFileError(`${file} is damaged (${reason}); ${remedy}`);
  }
}

const describeDamage = (text: string): string =>
  text.trim() === '' ? 'it is empty' : 'it is cut off, or something else has written to it';

/** Writes a file whole or not at all: a reader, or a process that comes after a kill, never finds half of it. */
export function writeState(file: string, state: unknown, { mode = 0o666 }: { readonly mode?: number } = {}): void {
  writeWhole(file, `${JSON.stringify(state, null, 2)}\n`, { mode });
}

/** The same for a text. */
export function writeWhole(file: string, text: string, { mode = 0o666 }: { readonly mode?: number } = {}): void {
  const draft = `${file}.${process.pid}.partial`;
  try {
    writeFileSync(draft, text, { mode, flush: true });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
