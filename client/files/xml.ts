import { DOMParser, type Document, type Element } from '@xmldom/xmldom';
import { shorten } from '../../contracts/foreign-text.ts';
import { FileFault } from './text-file.ts';

export type { Document, Element } from '@xmldom/xmldom';

/** @throws {FileFault} when it is no whole XML */
export function parseXml(text: string): Document {
  // The parser says more in the error that it throws than what was wrong first.
  let first: string | undefined;
  const onError = (level: string, message: string) => {
    if (level === 'warning') return;
    first ??= message.split('\n')[0];
    throw new Error(first);
  };
  try {
    return new DOMParser({ onError }).parseFromString(text, 'text/xml');
  } catch (error) {
    const what = shorten(first ?? (error as Error).message.split('\n')[0] ?? '', 200);
    throw new FileFault(`it is cut off or damaged XML: ${what}; export it once more`, { cause: error });
  }
}

/** All elements of this name, wherever they are, whatever their namespace. */
export const all = (parent: Document | Element, name: string): Element[] => [
  ...(parent as { getElementsByTagNameNS(space: string, name: string): Iterable<Element> }).getElementsByTagNameNS(
    '*',
    name,
  ),
];

/** The elements of this name right below another one. */
export const children = (parent: Element | undefined, name: string): Element[] =>
  Array.from(parent?.childNodes ?? []).filter((node): node is Element => (node as Element).localName === name);

/** The first element at the end of a path. */
export const child = (parent: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce<Element | undefined>((found, name) => children(found, name)[0], parent);

/** The text at the end of a path; empty where there is none. */
export function textOf(parent: Element | undefined, ...path: readonly string[]): string {
  return child(parent, ...path)?.textContent?.trim() ?? '';
}
