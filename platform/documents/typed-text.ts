/** White space of any kind, line breaks and control characters: none of them belongs into a subject or a sentence. */
const blanks = /[\s\p{Cc}]+/gu;
/** Halves of characters, and marks that turn the direction of all that follows. */
const unshown = /[\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const sayingSomething = /[\p{L}\p{N}\p{S}]/u;
const sentenceEnd = /[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}"']*$/u;

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** No character that people type takes more code units. */
const longestCharacter = 32;

const withoutBreaks = (text: string, longest: number): string =>
  text
    .slice(0, longest * longestCharacter)
    .replace(blanks, ' ')
    .replace(unshown, '')
    .trim();

function cut(line: string, longest: number): string {
  if (line.length <= longest) return line;
  const all = charactersOf(line);
  return all.length > longest ? `${all.slice(0, longest).join('').trimEnd()}…` : line;
}

/** The characters of a text as people count them: with their accents. */
export const charactersOf = (text: string): string[] => Array.from(characters.segment(text), ({ segment }) => segment);

/**
 * What people have typed, as one line that a mail can show. Empty when there is nothing in it to read.
 *
 * @param longest in characters as people count them; what is longer is cut between two of them
 */
export function oneLine(text: string, longest: number): string {
  const line = withoutBreaks(text, longest);
  return sayingSomething.test(line) ? cut(line, longest) : '';
}

/** The same, also where it is nothing but punctuation: a document leaves out nothing that was typed. */
export const everythingTyped = (text: string, longest: number): string => cut(withoutBreaks(text, longest), longest);

/** The same as the end of a sentence, with one full stop however many were typed. */
export function sentenceOf(text: string, longest: number): string {
  const line = oneLine(text, longest)
    .replace(/\.{3,}/g, '…')
    .replaceAll('..', '.')
    .replace(/[\s,;:]+$/, '');
  return line === '' || sentenceEnd.test(line) ? line : `${line}.`;
}
