import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { EventData } from '../../events/contracts/index.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import { invoiceDocument } from '../../services/notification/invoice-document.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';
import { drawPage, openPdf, type Page, readPages } from './pdf-reader.ts';

type InvoiceData = EventData<'SendInvoiceEmail'>;

const line = (description: string, quantity = 1, unitPrice = 10_000, taxRate = 800) => ({
  description,
  quantity,
  unitPrice,
  taxRate,
});

const invoice = (changes: object = {}): InvoiceData =>
  integrationEvents.SendInvoiceEmail.data.parse({
    invoiceId: 'invoice-7',
    number: 'INV-000017',
    customerId: 'customer-7',
    customer: { name: 'Ada Lovelace', email: 'ada@example.org' },
    amounts: { currency: 'EUR', net: 3_614_198, tax: 254_989, total: 3_869_187 },
    issueDate: '2026-01-31',
    dueDate: '2026-03-02',
    lines: [line('Coffee', 12, 1_250, 1_925), line('Shipping', 2, 99, 1_925), line('Green tea', 1_000, 3_599, 700)],
    taxes: [
      { rate: 700, net: 3_599_000, tax: 251_930 },
      { rate: 1_925, net: 15_198, tax: 3_059 },
    ],
    ...changes,
  });

const seller = readSeller(sellerVariables);
const pagesOf = async (data: InvoiceData): Promise<Page[]> =>
  readPages(await openPdf(await invoiceDocument(data, seller)));
const textOf = async (data: InvoiceData) => (await pagesOf(data)).map(({ text }) => text).join(' ');

describe('the document of an invoice', () => {
  let pdf: PDFDocumentProxy;
  let page: Page;

  beforeAll(async () => {
    pdf = await openPdf(await invoiceDocument(invoice(), seller));
    [page] = (await readPages(pdf)) as [Page];
  });

  test('is read aloud in this order, headers of the tables among it, and the number of the page is not', () => {
    const spoken = page.heard.map(({ role, text }) => `${role} ${text}`.trim());

    expect(spoken).toEqual([
      'H1 Invoice INV-000017',
      'P From Harbour Goods GmbH 1 Harbour Road 20457 Hamburg Germany Tax ID DE999999999',
      'P Billed to Ada Lovelace ada@example.org',
      'P Issued on 31 January 2026',
      'P Pay by 2 March 2026',
      'P Total to pay 38,691.87 EUR',
      ...['TH Description', 'TH Quantity', 'TH Unit price', 'TH Tax rate', 'TH Net'],
      ...['TD Coffee', 'TD 12', 'TD 12.50 EUR', 'TD 19.25 %', 'TD 150.00 EUR'],
      ...['TD Shipping', 'TD 2', 'TD 0.99 EUR', 'TD 19.25 %', 'TD 1.98 EUR'],
      ...['TD Green tea', 'TD 1,000', 'TD 35.99 EUR', 'TD 7 %', 'TD 35,990.00 EUR'],
      ...['TH Tax rate', 'TH Net', 'TH Tax', 'TH Total'],
      ...['TH 7 %', 'TD 35,990.00 EUR', 'TD 2,519.30 EUR', 'TD 38,509.30 EUR'],
      ...['TH 19.25 %', 'TD 151.98 EUR', 'TD 30.59 EUR', 'TD 182.57 EUR'],
      ...['TH Total', 'TD 36,141.98 EUR', 'TD 2,549.89 EUR', 'TD 38,691.87 EUR'],
      'H2 How to pay',
      'P Please pay 38,691.87 EUR by 2 March 2026. With a transfer, give the payment reference.',
      'P Account holder Harbour Goods GmbH',
      'P IBAN DE02 1203 0000 0000 2020 51 BIC BYLADEM1001',
      'P Payment reference INV-000017',
    ]);
    expect(page.text).toContain('Page 1 of 1');
  });

  test('is a tagged document with a language, a title and the date of its issue, by PDF/UA', async () => {
    const { info, metadata } = await pdf.getMetadata();

    expect([...((await pdf.getMarkInfo()) as unknown as Map<string, boolean>)]).toContainEqual(['Marked', true]);
    expect([...((await pdf.getViewerPreferences()) as unknown as Map<string, boolean>)]).toEqual([
      ['DisplayDocTitle', true],
    ]);
    expect(info).toMatchObject({
      Language: 'en',
      Title: 'Invoice INV-000017',
      CreationDate: expect.stringMatching(/^D:20260131000000/),
    });
    expect(metadata?.getRaw()).toContain('<pdfuaid:part>1</pdfuaid:part>');
  });

  test('is drawn on a white page of A4, with its title in ink at the top and a margin that is empty', async () => {
    const picture = await drawPage(pdf, 1);
    const { width, height } = picture.canvas;
    /** How many pixels of a part are darker than the shade of a table’s header. */
    const inked = (x: number, y: number, across: number, down: number) => {
      const { data } = picture.getImageData(x, y, across, down);
      return data.filter((value, index) => index % 4 === 0 && value < 200).length;
    };

    expect([width, height]).toEqual([595, 842]);
    expect(inked(56, 56, 240, 34)).toBeGreaterThan(1_000);
    expect(inked(0, 0, 50, height)).toBe(0);
    expect(inked(545, 0, 50, height)).toBe(0);
    expect(inked(400, 780, 145, 40)).toBeGreaterThan(50);
  });
});

test('what is settled already is not asked for', async () => {
  const spokenOf = async (open: number) => (await pagesOf(invoice({ open }))).flatMap(({ heard }) => heard);
  const partly = (await spokenOf(3_860_000)).map(({ text }) => text);
  expect(partly).toContain('Total to pay 38,600.00 EUR');
  expect(partly).toContain('38,691.87 EUR');
  expect(partly).toContain(
    '91.87 EUR are settled already. Please pay the other 38,600.00 EUR by 2 March 2026. With a transfer, give the payment reference.',
  );
  expect(partly.at(-1)).toBe('Payment reference INV-000017');
  const settled = (await spokenOf(0)).map(({ text }) => text);
  expect(settled).toContain('Total to pay 0.00 EUR');
  expect(settled.at(-1)).toBe('It is settled already: you have nothing to pay.');
});

test('the same data make the same bytes, other data others, also with documents in between and at once', async () => {
  const data = invoice({ lines: [line('Ωμέγα Ω 茶')] });
  const [first, other, again] = await Promise.all([
    invoiceDocument(data, seller),
    invoiceDocument(invoice({ lines: [line('Ωμέγα Ω 酒')] }), seller),
    invoiceDocument(data, seller),
  ]);

  expect(first.equals(again)).toBe(true);
  expect(first.equals(other)).toBe(false);
  expect(first.equals(await invoiceDocument(data, seller))).toBe(true);
});

test('a document is read aloud as it was typed, whatever the ones before it have said', async () => {
  for (const before of ['Łukasz Çelik Ngô Thị Mỹ', 'Ωμέγα Ω 茶'])
    await invoiceDocument(invoice({ lines: [line(before)] }), seller);
  expect(await textOf(invoice({ lines: [line('Ευαγγελία Παπαδοπούλου')] }))).toContain('Ευαγγελία Παπαδοπούλου');
});

describe('1,000 lines', () => {
  let pages: Page[];

  beforeAll(async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => line(`Line ${index + 1} of many`, index + 1, 7, 0));
    pages = await pagesOf(invoice({ lines }));
  });

  test('are all there once, in order', () => {
    const cells = pages.flatMap(({ heard }) => heard).map(({ text }) => text);
    const described = cells.filter((text) => text.startsWith('Line '));
    expect(described).toEqual(Array.from({ length: 1_000 }, (_, index) => `Line ${index + 1} of many`));
  });

  test('have the header of the table on each page, which is read aloud once', () => {
    const header = 'Description Quantity Unit price Tax rate Net';
    const withLines = pages.filter(({ text }) => text.includes('of many'));
    expect(withLines.length).toBeGreaterThan(20);
    for (const { text } of withLines) expect(text.replace(/ +/g, ' ')).toContain(header);
    const headers = pages.flatMap(({ heard }) => heard).filter(({ text }) => text === 'Unit price');
    expect(headers).toEqual([{ role: 'TH', text: 'Unit price' }]);
  });

  test('have the number of each page on it', () => {
    pages.forEach(({ text }, index) => {
      expect(text).toContain(`Page ${index + 1} of ${pages.length}`);
    });
  });
});

test('as many rates as lines are all there', async () => {
  const rates = Array.from({ length: 200 }, (_, index) => index * 3);
  const taxes = rates.map((rate) => ({ rate, net: 10_000, tax: rate }));
  const pages = await pagesOf(invoice({ lines: rates.map((rate) => line('Tea', 1, 10_000, rate)), taxes }));
  const named = pages.flatMap(({ heard }) => heard).filter(({ role, text }) => role === 'TH' && text.endsWith('%'));
  expect(named.map(({ text }) => text)).toEqual(rates.map((rate) => `${rate / 100} %`));
});

describe('the seller', () => {
  test('without a BIC has an IBAN alone', async () => {
    const pages = await readPages(await openPdf(await invoiceDocument(invoice(), { ...seller, bic: undefined })));
    expect(pages.flatMap(({ heard }) => heard).map(({ text }) => text)).toContain('IBAN DE02 1203 0000 0000 2020 51');
  });

  test('however long its name and address stays in its column, and the document on its page', async () => {
    const long = readSeller({
      ...sellerVariables,
      SELLER_NAME: 'Ω'.repeat(100),
      SELLER_ADDRESS: Array.from({ length: 6 }, () => 'Harbour '.repeat(4)).join(','),
    });
    const pdf = await openPdf(await invoiceDocument(invoice(), long));
    const picture = await drawPage(pdf, 1);
    const { data } = picture.getImageData(273, 110, 15, 220);
    expect(data.filter((value, index) => index % 4 === 0 && value < 128)).toHaveLength(0);
    expect(pdf.numPages).toBe(1);
  });
});

describe('what people typed', () => {
  test.each([
    ['Latin', 'Łukasz Çelik Ngô Thị Mỹ'],
    ['Greek', 'Ευαγγελία Παπαδοπούλου'],
    ['Cyrillic', 'Володимир Щербак'],
    ['Chinese', '王小明'],
    ['Chinese, traditional', '陳學歷'],
    ['Japanese', 'さくら カフェ'],
    ['scripts beside each other', 'Müller & Ωμέγα 王小明 GmbH'],
    ['accents that come after their letters', 'Zoe\u0308', 'Zo\u00eb'],
    ['punctuation alone', '—?!'],
  ])('is there in %s: %s', async (_, name, shown = name) => {
    const text = await textOf(invoice({ customer: { name, email: 'ada@example.org' }, lines: [line(name)] }));
    expect(text.split(shown)).toHaveLength(3);
  });

  test.each([
    ['Hebrew', 'שלום', '����'],
    ['Hangul', '김민준', '���'],
    ['a picture', 'Tea 😀!', 'Tea �!'],
    ['a picture made of several', 'Tea 👩‍👧!', 'Tea ��!'],
    ['a code point of nobody', 'Tea \u{e000}!', 'Tea �!'],
  ])('shows that a character is missing where no font has it: %s', async (_, name, shown) => {
    const text = await textOf(invoice({ customer: { name, email: 'ada@example.org' } }));
    expect(text).toContain(`Billed to ${shown} ada@example.org`);
  });

  test('has no line breaks, control characters, marks of direction and halves of characters', async () => {
    const text = await textOf(invoice({ lines: [line('\u202eTea\r\n\t\u0000\u0007and \ud83dmilk\u2066')] }));
    expect(text).toContain(' Tea and milk ');
    expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
  });

  test('is no markup in the metadata', async () => {
    const pdf = await openPdf(await invoiceDocument(invoice({ number: 'INV</rdf:li>&1' }), seller));
    const { info } = await pdf.getMetadata();
    expect(info).toMatchObject({ Title: 'Invoice INV /rdf:li  1' });
  });

  test.each(['x'.repeat(400), '王'.repeat(400), 'a\u0301'.repeat(400), `${'word '.repeat(80)}`.trim()])(
    'stays in its column however long it is: %#',
    async (name) => {
      const pdf = await openPdf(
        await invoiceDocument(invoice({ customer: { name, email: 'ada@example.org' } }), seller),
      );
      const picture = await drawPage(pdf, 1);
      const { data } = picture.getImageData(273, 110, 15, 150);
      expect(data.filter((value, index) => index % 4 === 0 && value < 128)).toHaveLength(0);
    },
  );
});
