import { writeFileSync } from 'node:fs';
import { ServiceFailure } from '../../contracts/failures.ts';

/**
 * Writes a file that only its user may read. One that is there stays as it is.
 *
 * @throws {ServiceFailure} `InvalidRequest` when it cannot be written
 */
export function writeOwnFile(file: string, content: Buffer): void {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EEXIST' ? `${file} is there already: name another file` : `it cannot be written: ${message}`;
    throw new ServiceFailure('InvalidRequest', reason, { field: 'pdf' }, { cause: error });
  }
}
