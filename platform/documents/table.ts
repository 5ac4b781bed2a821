import { page, type TaggedDocument } from './tagged-document.ts';
import type { TextStyle } from './text.ts';

/** A column of a table; the first one takes the width that the others leave. */
export interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
}

export interface Row {
  readonly cells: readonly string[];
  /** Sets it apart from those above it. */
  readonly emphasized?: boolean;
}

export interface TableOptions {
  /** The first cell of each row names the row. */
  readonly rowHeaders?: boolean;
}

const padding = 5;
const headerStyle: TextStyle = { size: 8, weight: 'bold', color: '#404040' };
const cellStyle: TextStyle = { size: 9 };
const emphasizedStyle: TextStyle = { size: 10, weight: 'bold' };
const lineColor = '#c8c8c8';
const headerColor = '#eef1f5';

interface LaidOutCell {
  readonly lines: string[];
  readonly box: readonly [x: number, width: number];
  readonly style: TextStyle;
}

/** Writes a table over as many pages as it takes, each with the header. */
export function writeTable(
  document: TaggedDocument,
  columns: readonly Column[],
  rows: readonly Row[],
  { rowHeaders = false }: TableOptions = {},
): void {
  const total = columns.reduce((sum, { width }) => sum + width, 0);
  const layOut = (texts: readonly string[], style: TextStyle): LaidOutCell[] => {
    let x = page.right - total;
    return columns.map(({ width, align }, index) => {
      const box = [x + padding, width - 2 * padding] as const;
      x += width;
      return { lines: document.text.linesOf(texts[index] ?? '', box[1], style), box, style: { ...style, align } };
    });
  };
  const heightOf = (cells: readonly LaidOutCell[]) =>
    Math.max(...cells.map(({ lines, style }) => document.text.heightOf(lines.length, style))) + 2 * padding;
  const writer =
    ({ lines, box: [x, width], style }: LaidOutCell, y: number) =>
    () => {
      document.text.write(lines, [x, y + padding, width], style);
    };
  const header = layOut(
    columns.map(({ title }) => title),
    headerStyle,
  );
  const headerHeight = heightOf(header);
  const left = page.right - total;
  const shade = () => document.decorate((pdf) => pdf.rect(left, document.y, total, headerHeight).fill(headerColor));

  const laidOut = rows.map(({ cells, emphasized }) => layOut(cells, emphasized ? emphasizedStyle : cellStyle));
  document.makeRoom(headerHeight + heightOf(laidOut[0] ?? header));
  const table = document.openTable();
  shade();
  const top = document.y;
  table.addRow(header.map((cell) => document.cell(writer(cell, top), 'Column')));
  document.y += headerHeight;
  for (const cells of laidOut) {
    const height = heightOf(cells);
    if (document.makeRoom(height)) {
      shade();
      document.decorate(() => {
        for (const cell of header) writer(cell, document.y)();
      }, 'Pagination');
      document.y += headerHeight;
    }
    const { y } = document;
    table.addRow(
      cells.map((cell, index) => document.cell(writer(cell, y), rowHeaders && index === 0 ? 'Row' : undefined)),
    );
    document.y += height;
    document.decorate((pdf) =>
      pdf.moveTo(left, document.y).lineTo(page.right, document.y).lineWidth(0.5).stroke(lineColor),
    );
  }
  table.end();
}
