import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readOrderFile } from '../../client/replay/read.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const good = '700001,10001,LANTERN,2,2026-03-02T08:00:00Z,4.50,90001,United Kingdom';

describe('reading a file of order lines', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const read = async (content: string | Buffer) => {
    const file = path.join(folder, 'orders.csv');
    await writeFile(file, content);
    return readOrderFile(file);
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
    ['an open quote', `${header}\n${good.replace('LANTERN', '"LANTERN')}\n${good}`, 'line 3: not valid CSV'],
    [
      'another encoding',
      Buffer.from(`${header}\n${good.replace('LANTERN', '\xA3')}`, 'latin1'),
      'the file is not UTF-8',
    ],
  ])('refuses %s', async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      name: 'OrderFileError',
      message: expect.stringContaining(`orders.csv: ${message}`),
    });
  });

  test('refuses a file that is not there, and a folder', async () => {
    await expect(readOrderFile(path.join(folder, 'nowhere.csv'))).rejects.toThrow('nowhere.csv: there is no such file');
    await expect(readOrderFile(folder)).rejects.toThrow('this is a folder');
  });
});
