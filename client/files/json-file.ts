import { findNodeAtLocation, type JSONPath, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { z } from 'zod';
import { withoutNulls } from '../../contracts/absent.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { parse } from '../../contracts/validation.ts';
import { FileFault, fileName, findControlCharacter, positionIn, readTextFile } from './text-file.ts';

/** The content of a JSON file, which knows the line of each value. */
export interface JsonFile {
  readonly content: unknown;
  /**
   * The content by a schema.
   *
   * @param field what the content is called in a message: `customers` makes `customers.1.email`
   * @throws {ServiceFailure} `InvalidRequest` for the first thing that is wrong, with its field, the file and the line
   */
  read<Schema extends z.ZodType>(schema: Schema, field?: string): z.output<Schema>;
}

/**
 * Reads a JSON file in UTF-8, with or without a byte order mark.
 *
 * @param file its path, or `-` for standard input
 * @throws {ServiceFailure} `InvalidRequest` when it cannot be read or is no JSON, with the line and the column
 */
export async function readJsonFile(file: string): Promise<JsonFile> {
  const name = fileName(file);
  let text: string;
  try {
    ({ text } = await readTextFile(file));
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    throw new ServiceFailure('InvalidRequest', `${name} cannot be read: ${error.message}`, {}, { cause: error });
  }
  const content = parseJson(text, name);
  return {
    content,
    read(schema, field) {
      try {
        const value = parse(schema, withoutNulls(schema, content));
        refuseControlCharacters(value);
        return value;
      } catch (error) {
        if (!(error instanceof ServiceFailure)) throw error;
        throw locate(error, { text, name, content, field });
      }
    },
  };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = explainSyntax(text) ?? (error instanceof Error ? error.message : String(error));
    throw new ServiceFailure('InvalidRequest', `${name} is no JSON: ${why}`, {}, { cause: error });
  }
}

/** What the parser of JSON was to find at the place where it gave up. */
const expectations: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a value is text in double quotes, a number, true, false, null, an array or an object',
  InvalidNumberFormat: 'a number was expected, such as 5998',
  PropertyNameExpected: 'a name in double quotes was expected (no comma stands before a closing brace)',
  ValueExpected: 'a value was expected (no comma stands before a closing bracket)',
  ColonExpected: 'a colon was expected after a name',
  CommaExpected: 'a comma was expected',
  CloseBraceExpected: 'a comma or a closing brace was expected',
  CloseBracketExpected: 'a comma or a closing bracket was expected',
  EndOfFileExpected: 'the end of the file was expected',
  InvalidCommentToken: 'JSON has no comments; take it out',
  UnexpectedEndOfComment: 'JSON has no comments; take it out',
  UnexpectedEndOfString: 'the text that begins here does not end in its line; close its quote',
  UnexpectedEndOfNumber: 'a digit was expected',
  InvalidUnicode: 'four hexadecimal digits were expected after \\u',
  InvalidEscapeCharacter: 'one of " \\ / b f n r t u was expected after a backslash',
  InvalidCharacter: 'a control character was found within a text; write it as \\u and four digits',
};

function explainSyntax(text: string): string | undefined {
  if (text.trim() === '') return 'the file is empty';
  const errors: ParseError[] = [];
  const root = treeOf(text, errors);
  const [first] = errors.sort((a, b) => a.offset - b.offset);
  if (!first) return undefined;
  const { line, column } = positionIn(text, first.offset);
  const ended = root !== undefined && first.offset >= text.trimEnd().length;
  const expected = expectations[printParseErrorCode(first.error)] ?? 'this is not JSON';
  return `line ${line}, column ${column}: ${expected}${ended ? '; the file ends too early' : ''}`;
}

/** Nothing for a text that is nested too deeply for the parser. */
function treeOf(text: string, errors: ParseError[] = []): ReturnType<typeof parseTree> {
  try {
    return parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Content {
  readonly text: string;
  readonly name: string;
  readonly content: unknown;
  readonly field: string | undefined;
}

/** Adds the place to a refusal; a field that is missing is looked for in what it is missing from. */
function locate({ message, detail }: ServiceFailure, { text, name, content, field: root }: Content): ServiceFailure {
  const path = pathOf(content, detail.field);
  const tree = treeOf(text);
  let node = tree && findNodeAtLocation(tree, path);
  while (tree && !node && path.pop() !== undefined) node = findNodeAtLocation(tree, path);
  const place = node ? `${name}, line ${positionIn(text, node.offset).line}` : name;
  const field = [root, detail.field].filter((part) => part !== undefined).join('.');
  const fault =
    detail.field === undefined ? message.replace(/^the request: /, '') : message.slice(detail.field.length + 2);
  return new ServiceFailure('InvalidRequest', `${field || 'the content'}: ${fault} (${place})`, {
    ...detail,
    field: field || undefined,
  });
}

/** `lines.0.sku` as the path to a value: numbers where the content has arrays. */
function pathOf(content: unknown, field = ''): JSONPath {
  let value = content;
  return field.split('.').flatMap((name) => {
    const step = Array.isArray(value) ? Number(name) : name;
    value = (value as Record<string | number, unknown> | undefined | null)?.[step];
    return name === '' ? [] : [step];
  });
}

function refuseControlCharacters(value: unknown, path: readonly string[] = []): void {
  const found = typeof value === 'string' ? findControlCharacter(value) : undefined;
  if (found) {
    const field = path.join('.');
    throw new ServiceFailure('InvalidRequest', `${field}: a text has the control character ${found}; leave it out`, {
      field,
    });
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) refuseControlCharacters(inner, [...path, name]);
}
