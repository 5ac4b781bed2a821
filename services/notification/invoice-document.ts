import { formatMoney } from '../../contracts/currency.ts';
import type { EventData } from '../../events/contracts/index.ts';
import {
  type Fact,
  figure,
  heading,
  label,
  pageWidth,
  plain,
  strong,
  writeFact,
  writeTitle,
} from '../../platform/documents/fact.ts';
import { type Row, writeTable } from '../../platform/documents/table.ts';
import { page, TaggedDocument } from '../../platform/documents/tagged-document.ts';
import { everythingTyped, oneLine } from '../../platform/documents/typed-text.ts';
import { openOf, paymentRequest } from './payment-request.ts';
import type { Seller } from './seller.ts';

type InvoiceData = EventData<'SendInvoiceEmail'>;

const longest = { number: 40, name: 400, email: 320, description: 200 } as const;

const calendar = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const written = (date: string) => calendar.format(new Date(date));
const percent = (basisPoints: number) => `${basisPoints / 100} %`;

/** The invoice as a tagged PDF. The same data of the same seller make the same bytes. */
export async function invoiceDocument(data: InvoiceData, seller: Seller): Promise<Buffer> {
  // The library writes the title into XML as it is.
  const number = oneLine(data.number, longest.number).replace(/[<>&]/g, ' ');
  const document = new TaggedDocument({
    title: `Invoice ${number}`,
    date: new Date(data.issueDate),
    footer: `Invoice ${number}`,
  });
  writeHead(document, data, number, seller);
  writeLines(document, data);
  writeTotals(document, data);
  writePayment(document, data, number, seller);
  return document.end();
}

/** The seller above the customer, and beside them when and what is to be paid. */
function writeHead(document: TaggedDocument, data: InvoiceData, number: string, seller: Seller): void {
  writeTitle(document, `Invoice ${number}`);
  const { currency } = data.amounts;
  const top = document.y;
  const column = { at: 0, space: 215 };
  const from = writeFact(document, top, {
    ...{ name: 'From', values: [seller.name, ...seller.address, `Tax ID ${seller.taxId}`], ...column },
  });
  const { name, email } = data.customer;
  const billed = writeFact(document, from + 12, {
    name: 'Billed to',
    values: [everythingTyped(name, longest.name), everythingTyped(email, longest.email)],
    ...column,
  });
  writeFact(document, top, { name: 'Issued on', values: [written(data.issueDate)], at: 235, space: 110 });
  writeFact(document, top, { name: 'Pay by', values: [written(data.dueDate)], at: 350, space: 133 });
  const sum = {
    name: 'Total to pay',
    values: [formatMoney(openOf(data), currency)],
    at: 235,
    space: 248,
    style: figure,
  };
  document.y = Math.max(billed, writeFact(document, top + 40, sum)) + 24;
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

/** How to pay what is open: by transfer, with the account and the reference. */
function writePayment(document: TaggedDocument, data: InvoiceData, number: string, { name, iban, bic }: Seller): void {
  const { text } = document;
  const sentence = paymentRequest(data, written(data.dueDate));
  const lines = text.linesOf(sentence, pageWidth, plain);
  const facts: Fact[] = [
    { name: 'Account holder', values: [name], at: 0, space: 155 },
    { name: 'IBAN', values: [iban, ...(bic ? [`BIC ${bic}`] : [])], at: 170, space: 185 },
    { name: 'Payment reference', values: [number], at: 370, space: 113 },
  ];
  const shown = openOf(data) > 0 ? facts : [];
  const tallest = Math.max(
    0,
    ...shown.map(({ values, space }) => values.flatMap((value) => text.linesOf(`${value} `, space, strong)).length),
  );
  document.makeRoom(
    text.heightOf(1, heading) + text.heightOf(lines.length + tallest, plain) + text.heightOf(1, label) + 16,
  );
  document.add('H2', () => {
    document.y = text.write(['How to pay'], [page.left, document.y, pageWidth], heading) + 4;
  });
  document.add('P', () => {
    document.y = text.write(lines, [page.left, document.y, pageWidth], plain) + 10;
  });
  document.y = Math.max(document.y, ...shown.map((fact) => writeFact(document, document.y, fact)));
}
