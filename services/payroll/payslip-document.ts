import { formatMoney } from '../../contracts/currency.ts';
import { figure, pageWidth, plain, writeFact, writeTitle } from '../../platform/documents/fact.ts';
import { type Row, writeTable } from '../../platform/documents/table.ts';
import { page, TaggedDocument } from '../../platform/documents/tagged-document.ts';
import { everythingTyped } from '../../platform/documents/typed-text.ts';
import type { Employer } from './employer.ts';
import type { Payslip } from './shapes.ts';

const longest = { name: 200, part: 100 } as const;
const amountWidth = 110;

const dayOf = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const monthOf = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** The payslip as a tagged PDF. The same payslip of the same employer makes the same bytes. */
export async function payslipDocument(payslip: Payslip, employer: Employer): Promise<Buffer> {
  const { currency, gross, withheld, net, carried, payable } = payslip;
  const money = (amount: number) => formatMoney(amount, currency);
  const title = `Payslip ${monthOf.format(new Date(`${payslip.period}-01`))}`;
  const document = new TaggedDocument({ title, date: new Date(payslip.payDay), footer: payslip.payslipId });
  writeTitle(document, title);
  writeHead(document, payslip, employer, money(payable));
  writeAmounts(document, 'Earnings', payslip.earnings, ['Gross', gross], money);
  if (payslip.deductions.length > 0) {
    writeAmounts(document, 'Deductions', payslip.deductions, ['Withheld', withheld], money);
  }
  const carriedOver: Row[] = carried === 0 ? [] : [{ cells: ['Carried over from earlier months', money(carried)] }];
  const sums: Row[] = [
    { cells: ['Gross', money(gross)] },
    { cells: ['Withheld', money(-withheld)] },
    { cells: ['Net', money(net)] },
    ...carriedOver,
    { cells: ['Paid out', money(payable)], emphasized: true },
  ];
  writeTable(document, columnsOf('What it comes to'), sums, { rowHeaders: true });
  document.y += 18;
  writeRemarks(document, payslip);
  return document.end();
}

function writeHead(document: TaggedDocument, payslip: Payslip, employer: Employer, payable: string): void {
  const top = document.y;
  const column = { at: 0, space: 215 };
  const from = writeFact(document, top, { name: 'Employer', values: [employer.name, ...employer.address], ...column });
  const employee = writeFact(document, from + 12, {
    ...{ name: 'Employee', values: [everythingTyped(payslip.name, longest.name), payslip.employeeId], ...column },
  });
  writeFact(document, top, { name: 'Month', values: [payslip.period], at: 235, space: 110 });
  const payDay = dayOf.format(new Date(payslip.payDay));
  writeFact(document, top, { name: 'Pay day', values: [payDay], at: 350, space: 133 });
  const paidOut = { name: 'Paid out', values: [payable], at: 235, space: 248, style: figure };
  document.y = Math.max(employee, writeFact(document, top + 40, paidOut)) + 24;
}

const columnsOf = (title: string) => [
  { title, width: pageWidth - amountWidth, align: 'left' } as const,
  { title: 'Amount', width: amountWidth, align: 'right' } as const,
];

function writeAmounts(
  document: TaggedDocument,
  title: string,
  parts: Payslip['earnings'],
  [sum, total]: readonly [string, number],
  money: (amount: number) => string,
): void {
  const rows = [
    ...parts.map(({ name, amount }) => ({ cells: [everythingTyped(name, longest.part), money(amount)] })),
    { cells: [sum, money(total)], emphasized: true },
  ];
  writeTable(document, columnsOf(title), rows, { rowHeaders: true });
  document.y += 18;
}

/** What else there is to know of it. */
function writeRemarks(document: TaggedDocument, { state, corrects }: Payslip): void {
  const { text } = document;
  const remarks = [
    ...(corrects ? [`It takes the place of the payslip ${corrects}.`] : []),
    ...(state === 'reversed' ? ['It was taken back: another payslip has taken its place.'] : []),
  ];
  for (const remark of remarks) {
    const lines = text.linesOf(remark, pageWidth, plain);
    document.makeRoom(text.heightOf(lines.length, plain));
    document.add('P', () => {
      document.y = text.write(lines, [page.left, document.y, pageWidth], plain) + 6;
    });
  }
}
