import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { create, type Font } from 'fontkit';
import { charactersOf } from './typed-text.ts';

export type Weight = 'regular' | 'bold';

/** A piece of a text that one font has all of. */
export interface Run {
  readonly text: string;
  /** The path of the font's file. */
  readonly font: string;
}

const require = createRequire(import.meta.url);
const latin = path.join(require.resolve('@embedpdf/fonts-latin'), '../../fonts');
const chinese = path.join(require.resolve('@embedpdf/fonts-sc'), '../../fonts');

/** In this order a character is looked for: Latin, Greek, Cyrillic and Devanagari, then Chinese and Japanese. */
const files: Readonly<Record<Weight, readonly [string, string]>> = {
  regular: [path.join(latin, 'NotoSans-Regular.ttf'), path.join(chinese, 'NotoSansHans-Regular.otf')],
  bold: [path.join(latin, 'NotoSans-Bold.ttf'), path.join(chinese, 'NotoSansHans-Bold.otf')],
};

/** What stands for a character that no font has; the first font has it. */
const missing = '\u{fffd}';
/** Joiners and selectors of variants change a character that is shown, and are nothing where none is. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

const opened = new Map<string, Font>();

function open(file: string): Font {
  const font = opened.get(file) ?? (create(readFileSync(file)) as Font);
  opened.set(file, font);
  return font;
}

/**
 * A font for one document. Files and tables are read once for all of them, which takes longer than all else; the glyphs are
 * the document's own, since the library remembers in each the characters that it was first used for, and the bytes of a
 * document depended on earlier ones.
 */
export const fontOfDocument = (file: string): Font => Object.create(open(file), { _glyphs: { value: {} } }) as Font;

const has = (file: string, character: string): boolean =>
  Array.from(character).every((each) => open(file).hasGlyphForCodePoint(each.codePointAt(0) as number));

/** The font of text that has only characters of the first one. */
export const firstFont = (weight: Weight): string => files[weight][0];

/** Divides a text by the fonts that have its characters. What none has is shown as missing, code point by code point. */
export function runsOf(text: string, weight: Weight): Run[] {
  const runs: { text: string; font: string }[] = [];
  const append = (piece: string, font: string) => {
    const last = runs.at(-1);
    if (last?.font === font) last.text += piece;
    else runs.push({ text: piece, font });
  };
  const fontFor = (piece: string) => files[weight].find((file) => has(file, piece));
  const composed = text.normalize('NFC');
  // Dividing a text into characters takes longer than all else.
  if (has(firstFont(weight), composed)) return [{ text: composed, font: firstFont(weight) }];
  for (const character of charactersOf(composed)) {
    const whole = fontFor(character);
    if (whole !== undefined) {
      append(character, whole);
      continue;
    }
    for (const codePoint of character.replace(invisible, '')) {
      const font = fontFor(codePoint);
      append(font === undefined ? missing : codePoint, font ?? firstFont(weight));
    }
  }
  return runs;
}
