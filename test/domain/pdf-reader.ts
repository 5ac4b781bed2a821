import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** A node of the tree that a screen reader walks. */
export interface Tag {
  readonly role: string;
  readonly children: readonly (Tag | { readonly id: string })[];
}

/** A page as those who see and those who listen have it. */
export interface Page {
  /** All text on it, with spaces between pieces. */
  readonly text: string;
  /** The text that is tagged, in the order in which it is read, by the role of what it stands in. */
  readonly heard: readonly { readonly role: string; readonly text: string }[];
}

export function openPdf(bytes: Buffer): Promise<PDFDocumentProxy> {
  return getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
}

export async function readPages(pdf: PDFDocumentProxy): Promise<Page[]> {
  const pages: Page[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) pages.push(await readPage(pdf, number));
  return pages;
}

async function readPage(pdf: PDFDocumentProxy, number: number): Promise<Page> {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent({ includeMarkedContent: true });
  const byId = new Map<string, string>();
  const open: (string | undefined)[] = [];
  let text = '';
  for (const item of items) {
    if ('str' in item) {
      const piece = item.hasEOL ? `${item.str} ` : item.str;
      text += piece;
      const id = open.findLast((each) => each !== undefined);
      if (id !== undefined) byId.set(id, `${byId.get(id) ?? ''}${piece}`);
    } else if (item.type === 'endMarkedContent') {
      open.pop();
      text += ' ';
    } else {
      open.push(item.id);
    }
  }
  const heard: { role: string; text: string }[] = [];
  const walk = (tag: Tag) => {
    const ids = tag.children.flatMap((child) => ('id' in child ? [child.id] : []));
    if (ids.length > 0 || tag.children.length === 0) {
      heard.push({
        role: tag.role,
        text: ids
          .map((id) => byId.get(id) ?? '')
          .join('')
          .trim(),
      });
    }
    for (const child of tag.children) if ('role' in child) walk(child);
  };
  const tree = (await page.getStructTree()) as Tag | null;
  if (tree) walk(tree);
  return { text: text.replace(/\s+/g, ' '), heard };
}

/** Draws a page, a point to a pixel. */
export async function drawPage(pdf: PDFDocumentProxy, number: number): Promise<SKRSContext2D> {
  const page = await pdf.getPage(number);
  const viewport = page.getViewport({ scale: 1 });
  const canvas = createCanvas(Math.round(viewport.width), Math.round(viewport.height));
  await page.render({ canvas: canvas as never, viewport }).promise;
  return canvas.getContext('2d');
}
