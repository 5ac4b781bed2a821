import { formatMoney } from '../../contracts/currency.ts';
import type { EventData } from '../../events/contracts/index.ts';
import { type Row, writeTable } from './documents/table.ts';
import { page, TaggedDocument } from './documents/tagged-document.ts';
import type { TextStyle } from './documents/text.ts';
import { openOf, paymentRequest } from './payment-request.ts';
import { everythingTyped, oneLine } from './typed-text.ts';

type InvoiceData = EventData<'SendInvoiceEmail'>;

const longest = { number: 40, name: 400, email: 320, description: 200 } as const;

const width = page.right - page.left;
const title: TextStyle = { size: 24, weight: 'bold' };
const heading: TextStyle = { size: 11, weight: 'bold' };
const label: TextStyle = { size: 8, color: '#595959' };
const plain: TextStyle = { size: 10 };
const strong: TextStyle = { size: 10, weight: 'bold' };

const calendar = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const written = (date: string) => calendar.format(new Date(date));
const percent = (basisPoints: number) => `${basisPoints / 100} %`;

/** The invoice as a tagged PDF. The same data make the same bytes. */
export async function invoiceDocument(data: InvoiceData): Promise<Buffer> {
  // The library writes the title into XML as it is.
  const number = oneLine(data.number, longest.number).replace(/[<>&]/g, ' ');
  const document = new TaggedDocument({
    title: `Invoice ${number}`,
    date: new Date(data.issueDate),
    footer: `Invoice ${number}`,
  });
  writeHead(document, data, number);
  writeLines(document, data);
  writeTotals(document, data);
  writePayment(document, data, number);
  return document.end();
}

/** Columns of facts beside each other, each a label with its text below. */
function writeHead(document: TaggedDocument, data: InvoiceData, number: string): void {
  const { text } = document;
  document.add('H1', () => {
    document.y = text.write(text.linesOf(`Invoice ${number}`, width, title), [page.left, document.y, width], title);
  });
  document.y += 6;
  document.rule(document.y, '#1f4e79', 2);
  document.y += 18;
  const { currency } = data.amounts;
  const facts = [
    {
      name: 'Billed to',
      values: [everythingTyped(data.customer.name, longest.name), everythingTyped(data.customer.email, longest.email)],
      at: 0,
      space: 215,
    },
    { name: 'Issued on', values: [written(data.issueDate)], at: 235, space: 110 },
    { name: 'Pay by', values: [written(data.dueDate)], at: 350, space: 133 },
  ];
  const top = document.y;
  const ends = facts.map(({ name, values, at, space }) => {
    let end = top;
    document.add('P', () => {
      const x = page.left + at;
      end = text.write([`${name} `], [x, top, space], label) + 2;
      values.forEach((value, index) => {
        const style = index === 0 ? strong : plain;
        end = text.write(text.linesOf(`${value} `, space, style), [x, end, space], style);
      });
    });
    return end;
  });
  const below = top + 40;
  document.add('P', () => {
    const x = page.left + 235;
    const end = text.write(['Total to pay '], [x, below, 248], label) + 2;
    ends.push(
      text.write([formatMoney(openOf(data), currency)], [x, end, 248], { size: 16, weight: 'bold', color: '#1f4e79' }),
    );
  });
  document.y = Math.max(...ends) + 24;
}

function writeLines(document: TaggedDocument, { lines, amounts: { currency } }: InvoiceData): void {
  writeTable(
    document,
    [
      { title: 'Description', width: 193, align: 'left' },
      { title: 'Quantity', width: 60, align: 'right' },
      { title: 'Unit price', width: 90, align: 'right' },
      { title: 'Tax rate', width: 50, align: 'right' },
      { title: 'Net', width: 90, align: 'right' },
    ],
    lines.map(({ description, quantity, unitPrice, taxRate }) => ({
      cells: [
        everythingTyped(description, longest.description),
        quantity.toLocaleString('en'),
        formatMoney(unitPrice, currency),
        percent(taxRate),
        formatMoney(BigInt(quantity) * BigInt(unitPrice), currency),
      ],
    })),
  );
  document.y += 18;
}

/** What the lines come to: the tax of each rate, and the sums. */
function writeTotals(document: TaggedDocument, { taxes, amounts }: InvoiceData): void {
  const { currency, net, tax, total } = amounts;
  const money = (amount: number) => formatMoney(amount, currency);
  const rows: Row[] = [
    ...taxes.map((each) => ({
      cells: [percent(each.rate), money(each.net), money(each.tax), money(each.net + each.tax)],
    })),
    { cells: ['Total', money(net), money(tax), money(total)], emphasized: true },
  ];
  writeTable(
    document,
    [
      { title: 'Tax rate', width: 63, align: 'left' },
      { title: 'Net', width: 105, align: 'right' },
      { title: 'Tax', width: 105, align: 'right' },
      { title: 'Total', width: 110, align: 'right' },
    ],
    rows,
    { rowHeaders: true },
  );
  document.y += 24;
}

function writePayment(document: TaggedDocument, data: InvoiceData, number: string): void {
  const { text } = document;
  const sentence = paymentRequest(data, number, written(data.dueDate));
  const lines = text.linesOf(sentence, width, plain);
  document.makeRoom(text.heightOf(1, heading) + 4 + text.heightOf(lines.length, plain));
  document.add('H2', () => {
    document.y = text.write(['How to pay'], [page.left, document.y, width], heading) + 4;
  });
  document.add('P', () => {
    document.y = text.write(lines, [page.left, document.y, width], plain);
  });
}
