import { firstFont, fontOfDocument, runsOf, type Weight } from './fonts.ts';
import { charactersOf } from './typed-text.ts';

export interface TextStyle {
  readonly size: number;
  readonly weight?: Weight;
  readonly color?: string;
  /** @default 'left' */
  readonly align?: 'left' | 'right';
}

/** Words with the space behind them; Chinese and Japanese break between any two characters, but not before punctuation. */
const breakable =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}][\p{Pe}\p{Pf}\p{Po}]*\s*|[^\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]+\s*|\s+/gu;

const lineHeightPerSize = 1.36;
const baselinePerSize = 1.07;

/**
 * Accents stay in the glyphs of their letters: of glyphs that they are divided into, the text that is read aloud loses them.
 * The types know lists of features only.
 */
const undivided = { features: { ccmp: false } as never };
/** The library remembers words that are shaped without features. */
const shapingOf = (text: string) => (text.normalize('NFD') === text ? {} : undivided);

const ink = '#1a1a1a';

/** Writes text of any script on pages of a document. */
export class TextWriter {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #widths = new Map<string, number>();
  readonly #fonts = new Map<string, ReturnType<typeof fontOfDocument>>();

  constructor(pdf: PDFKit.PDFDocument) {
    this.#pdf = pdf;
    this.#setFont(firstFont('regular'), 1);
  }

  /** The lines of a text in a column. A space at a line's end stays, so that those who read it aloud divide the words. */
  linesOf(text: string, width: number, style: TextStyle): string[] {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    for (const word of text.match(breakable) ?? []) {
      const whole = this.#widthOf(word.trimEnd(), style) <= width;
      for (const piece of whole ? [word] : charactersOf(word)) {
        if (line !== '' && used + this.#widthOf(piece.trimEnd(), style) > width) {
          lines.push(line);
          line = '';
          used = 0;
        }
        line += piece;
        used += this.#widthOf(piece, style);
      }
    }
    return [...lines, line];
  }

  /** How high so many lines are. */
  heightOf = (lines: number, { size }: TextStyle): number => lines * size * lineHeightPerSize;

  /**
   * Writes lines below each other.
   *
   * @returns where the next one would begin
   */
  write(lines: readonly string[], [x, y, width]: readonly [number, number, number], style: TextStyle): number {
    lines.forEach((line, index) => {
      const indent = style.align === 'right' ? width - this.#widthOf(line.trimEnd(), style) : 0;
      this.#writeLine(line, [x + indent, y + this.heightOf(index, style)], style);
    });
    return y + this.heightOf(lines.length, style);
  }

  #writeLine(line: string, [start, y]: readonly [number, number], style: TextStyle): void {
    const { size, weight = 'regular', color = ink } = style;
    let x = start;
    // Fonts have different ascenders: all stand on one base line.
    const baseline = y + size * baselinePerSize;
    for (const { text, font } of runsOf(line, weight)) {
      this.#setFont(font, size).fillColor(color);
      const accented = /\p{M}/u.test(text);
      if (accented) this.#pdf.markContent('Span', { actual: text });
      this.#pdf.text(text, x, baseline, { lineBreak: false, baseline: 'alphabetic', ...shapingOf(text) });
      if (accented) this.#pdf.endMarkedContent();
      ({ x } = this.#pdf);
    }
  }

  #setFont(file: string, size: number): PDFKit.PDFDocument {
    const font = this.#fonts.get(file) ?? fontOfDocument(file);
    this.#fonts.set(file, font);
    // The types know no fonts that are open.
    return this.#pdf.font(font as never, file, size);
  }

  /** Words repeat from line to line, so that each is measured once. */
  #widthOf(text: string, { size, weight = 'regular' }: TextStyle): number {
    const key = `${weight} ${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known * size;
    const width = runsOf(text, weight).reduce(
      (sum, run) => sum + this.#setFont(run.font, 1).widthOfString(run.text, shapingOf(run.text)),
      0,
    );
    this.#widths.set(key, width);
    return width * size;
  }
}
