import { cut, lengthOf } from './foreign-text.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The beginning of a text, of at most so many code points, as the limits of contracts count. It ends between two characters
 * as people see them: never within an emoji, a letter with its accents or a pair of surrogates.
 */
export function wholeCharacters(text: string, longest: number): string {
  const start = cut(text, longest);
  if (start.length >= text.length) return text;
  // The character after the cut may reach far back; segmenting begins at the start of the text.
  const end = graphemes.segment(text).containing(start.length)?.index ?? start.length;
  // One character may be longer than all that is allowed: then at least no code point is cut.
  return end > 0 && lengthOf(text.slice(0, end)) <= longest ? text.slice(0, end) : start;
}
