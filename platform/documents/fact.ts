import { page, type TaggedDocument } from './tagged-document.ts';
import type { TextStyle } from './text.ts';

export const pageWidth = page.right - page.left;
export const plain: TextStyle = { size: 10 };
export const strong: TextStyle = { size: 10, weight: 'bold' };
/** Of the words above a fact. */
export const label: TextStyle = { size: 8, color: '#595959' };
export const heading: TextStyle = { size: 11, weight: 'bold' };
/** Of what a reader looks for first. */
export const figure: TextStyle = { size: 16, weight: 'bold', color: '#1f4e79' };
const title: TextStyle = { size: 24, weight: 'bold' };

/** What stands below each other under a label. */
export interface Fact {
  readonly name: string;
  readonly values: readonly string[];
  /** From the left margin. */
  readonly at: number;
  readonly space: number;
  /** Of the first value. @default strong */
  readonly style?: TextStyle;
}

/** @returns where what follows would begin */
export function writeFact(document: TaggedDocument, top: number, { name, values, at, space, style }: Fact): number {
  const { text } = document;
  const x = page.left + at;
  let end = top;
  document.add('P', () => {
    end = text.write([`${name} `], [x, top, space], label) + 2;
    values.forEach((value, index) => {
      const own = index === 0 ? (style ?? strong) : plain;
      end = text.write(text.linesOf(`${value} `, space, own), [x, end, space], own);
    });
  });
  return end;
}

/** Writes what the document is, with a line below it. */
export function writeTitle(document: TaggedDocument, words: string): void {
  const { text } = document;
  document.add('H1', () => {
    document.y = text.write(text.linesOf(words, pageWidth, title), [page.left, document.y, pageWidth], title);
  });
  document.y += 6;
  document.rule(document.y, '#1f4e79', 2);
  document.y += 18;
}
