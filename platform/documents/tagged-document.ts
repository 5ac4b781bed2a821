import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { type TextStyle, TextWriter } from './text.ts';

/** Of A4, in points. */
export const page = { left: 56, right: 539, top: 56, bottom: 770, footer: 795 } as const;

const small: TextStyle = { size: 8, color: '#595959' };

export interface DocumentFacts {
  readonly title: string;
  /** Stands for the time of writing: the same facts make the same bytes. */
  readonly date: Date;
  /** On the left of each page's foot. */
  readonly footer: string;
}

type Scope = 'Column' | 'Row';

/**
 * A document of A4 pages by PDF/UA: what is written is tagged with what it is, in the order in which it is read; lines, page
 * numbers and repeated headers are marked as none of it.
 */
export class TaggedDocument {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #root: PDFKit.PDFStructureElement;
  readonly #footer: string;
  readonly text: TextWriter;
  /** Where the next block begins. */
  y: number = page.top;

  constructor({ title, date, footer }: DocumentFacts) {
    const options = {
      size: 'A4',
      margin: 0,
      pdfVersion: '1.7',
      tagged: true,
      lang: 'en',
      displayTitle: true,
      bufferPages: true,
      // The writer of texts sets the fonts.
      font: null as never,
      // The types do not know it yet.
      subset: 'PDF/UA' as never,
      info: { Title: title, CreationDate: date, ModDate: date },
    } as const;
    this.#pdf = new PDFDocument(options);
    this.#root = this.#pdf.struct('Document');
    this.#pdf.addStructure(this.#root);
    this.#footer = footer;
    this.text = new TextWriter(this.#pdf);
  }

  /** Adds what stands at the level of headings, paragraphs and tables. */
  add(type: 'H1' | 'H2' | 'P', write: () => void): void {
    this.#root.add(this.#pdf.struct(type, {}, write));
  }

  /** Begins a table, which takes rows until it is ended. */
  openTable(): { addRow(cells: readonly PDFKit.PDFStructureElement[]): void; end(): void } {
    const table = this.#pdf.struct('Table');
    this.#root.add(table);
    return {
      addRow: (cells) => table.add(this.#pdf.struct('TR', {}, [...cells])),
      end: () => table.end(),
    };
  }

  /** A cell for a row of a table; a header names what it is the header of. */
  cell(write: () => void, scope?: Scope): PDFKit.PDFStructureElement {
    const options: object = scope ? { scope } : {};
    return this.#pdf.struct(scope ? 'TH' : 'TD', options, write);
  }

  /** Writes what those who listen need not hear. */
  decorate(write: (pdf: PDFKit.PDFDocument) => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
    this.#pdf.markContent('Artifact', { type });
    write(this.#pdf);
    this.#pdf.endMarkedContent();
  }

  rule(y: number, color: string, thickness = 0.5): void {
    this.decorate((pdf) => pdf.moveTo(page.left, y).lineTo(page.right, y).lineWidth(thickness).stroke(color));
  }

  /** @returns whether a new page was begun because this one has no room for a block of that height */
  makeRoom(height: number): boolean {
    if (this.y + height <= page.bottom) return false;
    this.#pdf.addPage();
    this.y = page.top;
    return true;
  }

  /** Numbers the pages. */
  async end(): Promise<Buffer> {
    const { count } = this.#pdf.bufferedPageRange();
    const width = page.right - page.left;
    for (let index = 0; index < count; index += 1) {
      this.#pdf.switchToPage(index);
      this.decorate(() => {
        this.text.write([this.#footer], [page.left, page.footer, width], small);
        const number = `Page ${index + 1} of ${count}`;
        this.text.write([number], [page.left, page.footer, width], { ...small, align: 'right' });
      }, 'Pagination');
    }
    this.#root.end();
    const bytes = buffer(this.#pdf);
    this.#pdf.end();
    return bytes;
  }
}
