import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { ServiceFailure } from '../../contracts/failures.ts';

/**
 * Reads a JSON file.
 *
 * @param file its path, or `-` for standard input
 * @throws {ServiceFailure} `InvalidRequest` when it cannot be read or is no JSON
 */
export async function readJsonFile(file: string): Promise<unknown> {
  let content: string;
  try {
    content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw refuse(file, 'cannot be read', error);
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw refuse(file, 'is no JSON', error);
  }
}

function refuse(file: string, what: string, error: unknown): ServiceFailure {
  const name = file === '-' ? 'standard input' : file;
  const why = error instanceof Error ? error.message : String(error);
  return new ServiceFailure('InvalidRequest', `${name} ${what} (${why})`, {}, { cause: error });
}
