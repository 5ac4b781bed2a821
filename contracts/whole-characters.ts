const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The beginning of a text, of at most so many code units, as the limits of contracts count. It ends between two characters
 * as people see them: never within an emoji, a letter with its accents or a pair of surrogates.
 */
export function wholeCharacters(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // The character after the cut may reach far back; segmenting begins at the start of the text.
  const cut = graphemes.segment(text).containing(longest)?.index ?? longest;
  // One character may be longer than all that is allowed: then at least no code point is cut.
  return cut > 0 ? text.slice(0, cut) : [...text.slice(0, longest)].filter((each) => each.isWellFormed()).join('');
}
