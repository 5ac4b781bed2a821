import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { readEmployer } from '../../services/payroll/employer.ts';
import { payslipDocument } from '../../services/payroll/payslip-document.ts';
import { type Payslip, payslipSchema } from '../../services/payroll/shapes.ts';
import { sellerVariables } from '../seller.ts';
import { drawPage, openPdf, type Page, readPages } from './pdf-reader.ts';

const payslip = (changes: object = {}): Payslip =>
  payslipSchema.parse({
    ...{ payslipId: '2026-02-0f3a', runId: 'r-1', employeeId: 'e-1', name: 'Ada Lovelace', groupId: 'staff' },
    ...{ period: '2026-02', state: 'posted', currency: 'EUR', payDay: '2026-02-25' },
    earnings: [
      { name: 'Salary', amount: 300_000 },
      { name: 'On call', amount: 33_333 },
    ],
    deductions: [
      { name: 'Income tax', amount: 61_667 },
      { name: 'Social insurance', amount: 31_167 },
    ],
    ...{ gross: 333_333, withheld: 92_834, net: 240_499, carried: 0, payable: 240_499 },
    ...changes,
  });

const employer = readEmployer(sellerVariables);
const pagesOf = async (data: Payslip): Promise<Page[]> =>
  readPages(await openPdf(await payslipDocument(data, employer)));
const spokenOf = async (data: Payslip) =>
  (await pagesOf(data)).flatMap(({ heard }) => heard.map(({ role, text }) => `${role} ${text}`.trim()));

describe('the document of a payslip', () => {
  let pdf: PDFDocumentProxy;
  let page: Page;

  beforeAll(async () => {
    pdf = await openPdf(await payslipDocument(payslip(), employer));
    [page] = (await readPages(pdf)) as [Page];
  });

  test('is read aloud in this order, headers of the tables among it', () => {
    expect(page.heard.map(({ role, text }) => `${role} ${text}`.trim())).toEqual([
      'H1 Payslip February 2026',
      'P Employer Harbour Goods GmbH 1 Harbour Road 20457 Hamburg Germany',
      'P Employee Ada Lovelace e-1',
      'P Month 2026-02',
      'P Pay day 25 February 2026',
      'P Paid out 2,404.99 EUR',
      ...['TH Earnings', 'TH Amount', 'TH Salary', 'TD 3,000.00 EUR', 'TH On call', 'TD 333.33 EUR'],
      ...['TH Gross', 'TD 3,333.33 EUR'],
      ...['TH Deductions', 'TH Amount', 'TH Income tax', 'TD 616.67 EUR', 'TH Social insurance', 'TD 311.67 EUR'],
      ...['TH Withheld', 'TD 928.34 EUR'],
      ...['TH What it comes to', 'TH Amount', 'TH Gross', 'TD 3,333.33 EUR', 'TH Withheld', 'TD -928.34 EUR'],
      ...['TH Net', 'TD 2,404.99 EUR', 'TH Paid out', 'TD 2,404.99 EUR'],
    ]);
    expect(page.text).toContain('Page 1 of 1');
    expect(page.text).toContain('2026-02-0f3a');
  });

  test('is a tagged document with a language, a title and the date of its pay day, by PDF/UA', async () => {
    const { info, metadata } = await pdf.getMetadata();

    expect([...((await pdf.getMarkInfo()) as unknown as Map<string, boolean>)]).toContainEqual(['Marked', true]);
    expect(info).toMatchObject({
      Language: 'en',
      Title: 'Payslip February 2026',
      CreationDate: expect.stringMatching(/^D:20260225000000/),
    });
    expect(metadata?.getRaw()).toContain('<pdfuaid:part>1</pdfuaid:part>');
  });

  test('is drawn on a white page of A4, with its title in ink at the top and a margin that is empty', async () => {
    const picture = await drawPage(pdf, 1);
    const { width, height } = picture.canvas;
    const inked = (x: number, y: number, across: number, down: number) => {
      const { data } = picture.getImageData(x, y, across, down);
      return data.filter((value, index) => index % 4 === 0 && value < 200).length;
    };

    expect([width, height]).toEqual([595, 842]);
    expect(inked(56, 56, 240, 34)).toBeGreaterThan(1_000);
    expect(inked(0, 0, 50, height)).toBe(0);
    expect(inked(545, 0, 50, height)).toBe(0);
  });
});

test('what earlier months have left, and which payslip it replaces, stands in the document', async () => {
  const spoken = await spokenOf(payslip({ carried: -24_049, payable: 216_450, corrects: '2026-02-0e1b' }));
  expect(spoken).toContain('TH Carried over from earlier months');
  expect(spoken).toContain('TD -240.49 EUR');
  expect(spoken).toContain('P Paid out 2,164.50 EUR');
  expect(spoken.at(-1)).toBe('P It takes the place of the payslip 2026-02-0e1b.');
  expect((await spokenOf(payslip({ state: 'reversed' }))).at(-1)).toMatch(/^P It was taken back/);
});

test('a payslip without deductions has no table of them', async () => {
  const spoken = await spokenOf(payslip({ deductions: [], withheld: 0, net: 333_333, payable: 333_333 }));
  expect(spoken).not.toContain('TH Deductions');
});

test('fifty earnings go over as many pages as they take, and the same payslip makes the same bytes', async () => {
  const earnings = Array.from({ length: 50 }, (_, index) => ({ name: `Earning ${index + 1} 茶`, amount: index }));
  const data = payslip({ earnings });
  const pages = await pagesOf(data);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flatMap(({ heard }) => heard).filter(({ text }) => /^Earning \d+ 茶/.test(text))).toHaveLength(50);
  const [first, again] = await Promise.all([payslipDocument(data, employer), payslipDocument(data, employer)]);
  expect(first.equals(again)).toBe(true);
  expect(first.equals(await payslipDocument(payslip(), employer))).toBe(false);
});
