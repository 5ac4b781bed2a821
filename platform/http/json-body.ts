import { isUtf8 } from 'node:buffer';
import { ServiceFailure } from '../../contracts/failures.ts';

const invalid = (message: string) => new ServiceFailure('InvalidRequest', `body: ${message}`, { field: 'body' });

/**
 * The body of a call: a JSON object in UTF-8, with or without a byte order mark; none at all is an empty one.
 *
 * @throws {ServiceFailure} `UnsupportedMediaType` for another encoding by its own account, else `InvalidRequest`
 */
export function readJsonBody(body: Buffer, contentType = ''): object {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  if (!/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw new ServiceFailure('UnsupportedMediaType', `body: the encoding ${charset} is not read; send UTF-8`, {
      field: 'body',
    });
  }
  if (!isUtf8(body)) throw invalid('it is not UTF-8, maybe Latin-1; send JSON in UTF-8');
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') throw invalid('it is empty; send a JSON object, such as {}');
  const value = readJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('it is no JSON object');
  return value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`it is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}
