import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FileForm, readOrderFile } from '../../ops/replay/read.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const good = '700001,10001,LANTERN,2,2026-03-02T08:00:00Z,4.50,90001,United Kingdom';

describe('reading a file of order lines', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const read = async (content: string | Buffer, form?: FileForm) => {
    const file = path.join(folder, 'orders.csv');
    await writeFile(file, content);
    return readOrderFile(file, form);
  };

  test('gives each line with the number that an editor shows', async () => {
    const { lines } = await read(
      `${header}\r\n\r\n${good.replace('LANTERN', '"LANTERN,\r\n""BRASS"""')}\r\n${good}\r\n`,
    );

    expect(lines).toEqual([
      {
        line: 3,
        InvoiceNo: '700001',
        StockCode: '10001',
        Description: 'LANTERN,\n"BRASS"',
        Quantity: 2,
        InvoiceDate: '2026-03-02T08:00:00Z',
        UnitPrice: '4.50',
        CustomerID: '90001',
        Country: 'United Kingdom',
      },
      expect.objectContaining({ line: 5 }),
    ]);
  });

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('counts lines that end with %s', async (_, end) => {
    const open = good.replace('LANTERN', '"LANTERN\nBRASS"');
    const content = [header, '', open, good.replace(',2,', ',two,')].join('\n').replaceAll('\n', end);
    await expect(read(content)).rejects.toThrow('line 5: Quantity "two"');
    const { lines } = await read(content.replace('two', '2'));
    expect(lines.map(({ line, Description }) => [line, Description])).toEqual([
      [3, 'LANTERN\nBRASS'],
      [5, 'LANTERN'],
    ]);
  });

  test('takes the columns in any order, and a byte order mark', async () => {
    const turned = (line: string) => line.split(',').reverse().join(',');
    const { lines } = await read(`\uFEFF${turned(header)}\n${turned(good)}`);

    expect(lines).toEqual((await read(`${header}\n${good}`)).lines);
  });

  test('tells files apart by their content', async () => {
    const first = await read(`${header}\n${good}`);
    const second = await read(`${header}\n${good}\n${good}`);

    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(second.hash).not.toBe(first.hash);
  });

  test.each([
    ['an empty file', '', 'the file has no order lines'],
    ['a header alone', header, 'the file has no order lines'],
    ['another header', header.replace('Quantity', 'Amount'), 'line 1: the header is to be InvoiceNo,StockCode,'],
    ['semicolons', header.replaceAll(',', ';'), 'line 1: the header is to be'],
    ['a column more', `${header}\n${good},more`, 'line 2: 9 columns, where the header has 8'],
    ['a column less', `${header}\n${good}\n1,2`, 'line 3: 2 columns, where the header has 8'],
    ['a word as quantity', `${header}\n${good.replace(',2,', ',two,')}`, 'line 2: Quantity "two": is no whole number'],
    ['half a piece', `${header}\n${good.replace(',2,', ',1.5,')}`, 'line 2: Quantity "1.5": is no whole number'],
    [
      'a word as price',
      `${header}\n${good.replace('4.50', 'free')}`,
      'line 2: UnitPrice "free": is no number of pounds',
    ],
    [
      'a bad date',
      `${header}\n${good.replace('03-02', '02-30')}`,
      'line 2: InvoiceDate "2026-02-30T08:00:00Z": a time is',
    ],
    ['no invoice', `${header}\n${good.replace('700001', '')}`, 'line 2: InvoiceNo "": is empty'],
    [
      'an open quote',
      `${header}\n${good}\n${good.replace('LANTERN', '"LANTERN')}\n${good}\n${good}`,
      'line 3: not valid CSV: the quote that opens here is not closed',
    ],
    [
      'an open quote that another one ends',
      `${header}\n${good.replace('LANTERN', '"LANTERN')}\n${good}\n${good.replace('LANTERN', '"TEA, TOWEL"')}`,
      'line 2: not valid CSV: text follows the quote that opens here and closes in line 4',
    ],
    [
      'two open quotes with lines between them',
      `${header}\n${good.replace('LANTERN', '"LANTERN')}\n${good}\n${good.replace('LANTERN', 'LAMP"')}`,
      'line 2: not valid CSV: a quote that opens here closes lines later',
    ],
    [
      'a quote within a text',
      `${header}\n\n${good.replace('LANTERN', 'PLATE 5" RED')}`,
      'line 3: not valid CSV: a quote stands within a text',
    ],
    [
      'a NUL',
      `${header}\n${good.replace('LANTERN', 'LAN\u0000TERN')}`,
      'line 2: Description "LAN\u{FFFD}TERN": the control character U+0000',
    ],
    ['another control character', `${header}\n${good.replace('90001', '9\u00010001')}`, 'line 2: CustomerID'],
    [
      'dates that one format fits',
      `${header}\n${good.replace('2026-03-02T08:00:00Z', '12/1/2010 8:26')}\n${good.replace('2026-03-02T08:00:00Z', '12/13/2010 18:26')}`,
      `line 2: InvoiceDate "12/1/2010 8:26": a time is ISO 8601 in UTC, such as 2026-01-31T12:00:00Z; --date-format 'M/D/YYYY H:mm' fits all dates`,
    ],
    [
      'dates that several formats fit',
      `${header}\n${good}\n${good.replace('2026-03-02T08:00:00Z', '12/1/2010 8:26')}`,
      `line 3: InvoiceDate "12/1/2010 8:26": a time is ISO 8601 in UTC, such as 2026-01-31T12:00:00Z; several formats fit all dates of the file: --date-format 'M/D/YYYY H:mm' or 'D/M/YYYY H:mm'`,
    ],
    [
      'prices with a comma',
      `${header}\n${good.replace('4.50', '"4,50"')}`,
      `line 2: UnitPrice "4,50": is no number of pounds, such as 2.55; --decimal-separator ',' fits all prices`,
    ],
    [
      'prices of both forms',
      `${header}\n${good.replace('4.50', '"4,50"')}\n${good}`,
      'line 2: UnitPrice "4,50": is no number of pounds, such as 2.55',
    ],
    [
      'another encoding',
      Buffer.from(`${header}\n${good.replace('LANTERN', '\xA3')}`, 'latin1'),
      'line 2, byte 14: 0xA3 is not UTF-8; convert the file',
    ],
  ])('refuses %s', async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      name: 'OrderFileError',
      message: expect.stringContaining(`orders.csv: ${message}`),
    });
  });

  describe('with options', () => {
    const at = (date: string) => good.replace('2026-03-02T08:00:00Z', date);
    const dates = async (content: string, form: FileForm) =>
      (await read(content, form)).lines.map(({ InvoiceDate }) => InvoiceDate);

    test('reads dates of another form, beside those in ISO 8601', async () => {
      const content = `${header}\n${at('12/1/2010 8:26')}\n${good}\n${at('12/31/2010 18:05')}`;
      expect(await dates(content, { dateFormat: 'M/D/YYYY h:mm' })).toEqual([
        '2010-12-01T08:26:00.000Z',
        '2026-03-02T08:00:00Z',
        '2010-12-31T18:05:00.000Z',
      ]);
      expect(
        await dates(`${header}\n${at('1/7/2010 8:26 PM')}`, {
          dateFormat: 'D/M/YYYY h:mm A',
          timeZone: 'Europe/London',
        }),
      ).toEqual(['2010-07-01T19:26:00.000Z']);
      expect(await dates(`${header}\n${at('01-Dec-10')}`, { dateFormat: 'dd-MMM-yy' })).toEqual([
        '2010-12-01T00:00:00.000Z',
      ]);
    });

    test.each([
      ['another form', '2010/12/31 8:00', {}],
      ['a day that does not exist', '2/30/2010 8:00', {}],
      ['a month that does not exist', '13/1/2010 8:00', {}],
    ])('refuses %s', async (_, date, form) => {
      await expect(read(`${header}\n${at(date)}`, { dateFormat: 'M/D/YYYY H:mm', ...form })).rejects.toThrow(
        `line 2: InvoiceDate ${JSON.stringify(date)}: a time is written M/D/YYYY H:mm, or in ISO 8601`,
      );
    });

    const range = 'a time lies from 2000-01-01T00:00:00Z on and before 2200-01-01T00:00:00Z';
    test.each([
      ['1999-12-31T23:00:00Z', {}, range],
      ['1/1/1900 8:00', { dateFormat: 'M/D/YYYY H:mm' }, range],
      [
        '3/27/2011 1:30',
        { dateFormat: 'M/D/YYYY H:mm', timeZone: 'Europe/London' },
        'the clocks of Europe/London skip this hour',
      ],
    ])('refuses %s, which is written as it should be, and says what is wrong with it', async (date, form, why) => {
      const refused = read(`${header}\n${at(date)}`, form);
      await expect(refused).rejects.toThrow(`line 2: InvoiceDate ${JSON.stringify(date)}: ${why}`);
      await expect(refused).rejects.not.toThrow('--date-format');
    });

    test('reads decimals with a comma, and fields between semicolons or tabulators', async () => {
      const german = `${header}\n${good}`.replaceAll(',', ';').replace('4.50', '4,50');
      const form = { decimalSeparator: ',', separator: ';' } as const;
      expect((await read(german, form)).lines).toMatchObject([{ UnitPrice: '4.50', Quantity: 2 }]);
      await expect(read(german)).rejects.toThrow("which --separator ';' reads");
      await expect(read(german.replace('4,50', '1.234,50'), form)).rejects.toThrow(
        'is no number of pounds, such as 2,55',
      );
      await expect(read(german.replace('4,50', '4.50'), form)).rejects.toThrow("--decimal-separator '.' fits");
      expect((await read(`${header}\n${good}`.replaceAll(',', '\t'), { separator: '\t' })).lines).toHaveLength(1);
    });
  });

  test('refuses a file that is not there, and a folder', async () => {
    await expect(readOrderFile(path.join(folder, 'nowhere.csv'))).rejects.toThrow('nowhere.csv: there is no such file');
    await expect(readOrderFile(folder)).rejects.toThrow('this is a folder');
  });
});
