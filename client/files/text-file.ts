import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { shorten } from '../../contracts/foreign-text.ts';

/** A file cannot be used. Its message is one line without the name of the file: `line 3: …`. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
}

export interface TextFile {
  /** Without a byte order mark; every line ends with LF, whatever it ended with in the file. */
  readonly text: string;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string;
}

/** A text that is longer cannot be held as one by Node. */
const largestFile = 256 * 1024 * 1024;

/**
 * Reads a file of text in UTF-8, with or without a byte order mark, or of XML in the encoding that it declares; lines may end
 * with LF, CRLF or CR.
 *
 * @param file its path, or `-` for standard input
 * @throws {FileFault} when it cannot be read, is too large, or is in another encoding
 */
export async function readTextFile(file: string): Promise<TextFile> {
  let bytes: Buffer;
  try {
    bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    throw new FileFault(explainUnreadable(error as NodeJS.ErrnoException), { cause: error });
  }
  if (bytes.length > largestFile) throw new FileFault(tooLarge);
  const text = decode(bytes);
  return { text: text.replaceAll(/\r\n?/g, '\n'), hash: createHash('sha256').update(bytes).digest('hex') };
}

/** What `readTextFile` calls the file in a message. */
export const fileName = (file: string): string => (file === '-' ? 'standard input' : file);

/** Where a place in a text of `readTextFile` is, as an editor shows it: both counted from 1. */
export function positionIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: [...before.slice(before.lastIndexOf('\n') + 1)].length + 1 };
}

/** A character that no text of a shop has: any control character but a tabulator and the end of a line. */
export function findControlCharacter(text: string): string | undefined {
  const found = /[^\P{Cc}\t\n\r]/u.exec(text)?.[0];
  return found && `U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const tooLarge = `the file is larger than ${largestFile / 1024 / 1024} MiB; split it`;

function explainUnreadable({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'this is a folder; name a file';
  if (code === 'EACCES') return 'this user may not read the file';
  return code === 'ERR_FS_FILE_TOO_LARGE' ? tooLarge : `the file cannot be read (${message})`;
}

function decode(bytes: Buffer): string {
  // A byte order mark says more than what is written behind it.
  const isMarked = bytes.subarray(0, 3).equals(Buffer.from('\uFEFF'));
  const head = bytes.toString('latin1', 0, 200);
  const declared = isMarked ? undefined : /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(head)?.[1];
  if (declared !== undefined && !/^utf-?8$/i.test(declared)) return decodeDeclared(bytes, declared);
  checkEncoding(bytes);
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

function decodeDeclared(bytes: Buffer, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FileFault(
      `the file is not in ${shorten(encoding, 40)}, the encoding that it declares, or that is not known; convert it to UTF-8`,
      { cause: error },
    );
  }
}

function checkEncoding(bytes: Buffer): void {
  if (isUtf8(bytes)) return;
  if ([0xfe_ff, 0xff_fe].includes(bytes.length >= 2 ? bytes.readUInt16BE() : 0)) {
    throw new FileFault('the file is UTF-16; convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8');
  }
  const offset = firstInvalidByte(bytes);
  const before = bytes.toString('utf8', 0, offset).replaceAll(/\r\n?/g, '\n');
  const byte = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1)) + 1;
  const value = bytes.toString('hex', offset, offset + 1).toUpperCase();
  throw new FileFault(
    `line ${positionIn(before, offset).line}, byte ${byte}: 0x${value} is not UTF-8; convert the file, for example with ` +
      'iconv -f WINDOWS-1252 -t UTF-8',
  );
}

/** Decoding puts U+FFFD where the first sequence is invalid; one that was in the file is three valid bytes. */
function firstInvalidByte(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  let offset = 0;
  for (let index = 0; ; ) {
    const next = text.indexOf('\uFFFD', index);
    offset += Buffer.byteLength(text.slice(index, next));
    if (!bytes.subarray(offset).subarray(0, 3).equals(Buffer.from('\uFFFD'))) return offset;
    offset += 3;
    index = next + 1;
  }
}
