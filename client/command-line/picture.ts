import { wholeCharacters } from '../../contracts/whole-characters.ts';
import { printable } from './answer.ts';
import { colour } from './colours.ts';

const out = process.stdout;

/**
 * A text on a terminal that is drawn again in its place.
 *
 * @param kept the lines that stay where the terminal has not enough of them
 */
export function createPicture(kept: 'first' | 'last'): (text: string) => void {
  let height = 0;
  return (text) => {
    const lines = printable(text).split('\n');
    const visible = within(lines, (out.rows || 24) - 1, kept).map((line) =>
      wholeCharacters(line, (out.columns || 80) - 1),
    );
    out.write(`${height > 0 ? `\x1b[${height}A` : ''}\x1b[J${colour(visible.join('\n'))}\n`);
    height = visible.length;
  };
}

function within(lines: readonly string[], rows: number, kept: 'first' | 'last'): readonly string[] {
  if (lines.length <= rows) return lines;
  if (kept === 'last') return lines.slice(-rows);
  return [...lines.slice(0, rows - 1), `… ${lines.length - rows + 1} more lines`];
}
