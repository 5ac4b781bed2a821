import { styleText } from 'node:util';

type Colour = 'green' | 'red' | 'yellow' | 'dim';

/** What is told about a process or a part of the system in one word. What is not named here stays as it is. */
const colourOfWord: Readonly<Record<string, Colour>> = {
  completed: 'green',
  accepted: 'green',
  'as described': 'green',
  '✓': 'green',
  refused: 'red',
  failed: 'red',
  terminated: 'red',
  'timed-out': 'red',
  error: 'red',
  missing: 'red',
  different: 'red',
  '✗': 'red',
  '■': 'red',
  'needs-action': 'yellow',
  'in-review': 'yellow',
  'payment-unknown': 'yellow',
  pending: 'yellow',
  parked: 'yellow',
  needed: 'yellow',
};

/** The columns of tables, and the labels in lower case, whose values are such words; a step's mark has no heading. */
const worded = new Set(['', 'state', 'outcome', 'answer', 'on the broker', 'operator']);
const waits = 'waits for';

const rule = /^─+( {2}─+)* *$/;
const detail = /^(State|Outcome|Answer|Waits for)( {2,})(.+)$/;

interface Column {
  readonly heading: string;
  readonly start: number;
  readonly end: number;
}

/** Gives a part of a text its colour. */
type Paint = (format: Colour, part: string) => string;

/** Leaves it as it is where standard output or the shell (`NO_COLOR`, `FORCE_COLOR`) wants no colours. */
const paintOutput: Paint = (format, part) => styleText(format, part, { stream: process.stdout });

/**
 * Colours a text for people: states, whom something waits for, headings of tables.
 *
 * It goes over what was written, since texts of others are made harmless before: colours are all that steers a terminal.
 */
export function colour(text: string, paint = paintOutput): string {
  let columns: Column[] = [];
  const lines = text.split('\n');
  return lines
    .map((line, index) => {
      const below = lines[index + 1] ?? '';
      if (rule.test(below)) {
        columns = columnsOf(line, below);
        return paint('dim', line);
      }
      if (rule.test(line)) return paint('dim', line);
      if (line === '') columns = [];
      return columns.length > 0 ? colourRow(line, columns, paint) : colourDetail(line, paint);
    })
    .join('\n');
}

function columnsOf(headings: string, below: string): Column[] {
  return [...below.matchAll(/─+/g)].map(({ 0: dashes, index: start }) => {
    const end = start + dashes.length;
    return { heading: headings.slice(start, end).trim(), start, end };
  });
}

function colourRow(line: string, columns: readonly Column[], paint: Paint): string {
  let colored = '';
  let from = 0;
  for (const { heading, start, end } of columns) {
    colored += line.slice(from, start) + colourValue(heading, line.slice(start, end), paint);
    from = end;
  }
  return colored + line.slice(from);
}

function colourDetail(line: string, paint: Paint): string {
  const [, label, space, value] = detail.exec(line) ?? [];
  return label && value ? `${label}${space}${colourValue(label.toLowerCase(), value, paint)}` : line;
}

function colourValue(heading: string, value: string, paint: Paint): string {
  const word = value.trim();
  const format = heading === waits ? 'yellow' : worded.has(heading) && colourOfWord[word.replace(/,.*$/s, '')];
  return format && word ? value.replace(word, () => paint(format, word)) : value;
}
