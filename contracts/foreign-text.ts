/** Line ends and tabulators. */
const space = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** Other control characters, halves of surrogate pairs, and what turns the direction of the text around it. */
const unprintable = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu;

/** The first characters of a text, as they are: never half of one. A half that was in the text becomes U+FFFD. */
export function cut(text: string, characters: number): string {
  // A character takes at most two code units: what lies behind these would be cut off in any case.
  return [...text.slice(0, 2 * characters)].slice(0, characters).join('').toWellFormed();
}

/**
 * A text that others wrote, as it may stand in a message, a header or a log: on one line, without control characters, and
 * of at most so many characters. A character is a code point, never half of one.
 */
export function shorten(text: string, characters: number): string {
  // A character takes at most two code units: what lies behind these would be cut off in any case.
  const clean = [
    ...text
      .slice(0, 2 * characters + 2)
      .replace(space, ' ')
      .replace(unprintable, '\u{FFFD}'),
  ];
  return clean.length > characters ? `${clean.slice(0, characters - 1).join('')}…` : clean.join('');
}

const longestQuotation = 60;

/** A value that others sent, as a message quotes it. */
export function quote(value: unknown): string {
  return shorten(
    typeof value === 'string' ? JSON.stringify(shorten(value, longestQuotation)) : kindOf(value),
    2 * longestQuotation,
  );
}

function kindOf(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a value of type ${typeof value}`;
}

/** How many characters a text has: code points, as PostgreSQL and JSON Schema count them. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** Deeper than any contract goes; what walks a value call by call runs out of stack at some thousands. */
const deepest = 100;

/**
 * Where a value has something that no store has a place for, as a path, and what is wrong with it: a text or a name that
 * neither PostgreSQL nor UTF-8 can hold, or objects within objects without end. `undefined` when all is well.
 */
export function findUnstorable(
  value: unknown,
  path: readonly string[] = [],
): { field: string; fault: string } | undefined {
  const at = (fault: string | undefined) => (fault === undefined ? undefined : { field: path.join('.'), fault });
  if (typeof value === 'string') return at(faultOf(value));
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= deepest) return { field: path[0] ?? '', fault: `is nested more than ${deepest} levels deep` };
  for (const [name, inner] of Object.entries(value)) {
    const found = at(faultOf(name)) ?? findUnstorable(inner, [...path, name]);
    if (found) return found;
  }
  return undefined;
}

function faultOf(text: string): string | undefined {
  if (text.includes('\0')) return 'a text has the character U+0000, which cannot be stored; leave it out';
  return text.isWellFormed() ? undefined : 'a text has half of a surrogate pair; send whole characters';
}
