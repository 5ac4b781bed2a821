import { describe, expect, test } from '@jest/globals';
import { payrollPostings } from '../../services/ledger/postings/payroll.ts';

type Name = keyof typeof payrollPostings;

const data = { groupId: 'staff', period: '2026-02', currency: 'EUR' };

const journals = (name: Name, opened: unknown) => payrollPostings[name]({ data } as never, opened);

const posted = (name: Name, opened: unknown) =>
  journals(name, opened).map(({ kind, lines }) =>
    [kind, ...lines.map(({ side, account, amount }) => `${side} ${account} ${amount}`)].join(', '),
  );

const slip = { gross: 333_333, withheld: 92_834, net: 240_499 };
const corrected = { gross: 300_000, withheld: 83_550, net: 216_450 };
const times = (count: number, { gross, withheld, net }: typeof slip) => ({
  ...{ gross: gross * count, withheld: withheld * count, net: net * count },
});

describe('in the books', () => {
  test('salaries of 5,000 are an expense, withheld in part, and owed', () => {
    expect(posted('SalaryPosted', times(5_000, slip))).toEqual([
      'salary, debit 5200 1666665000, credit 2410 464170000, credit 2400 1202495000',
    ]);
  });

  test('what is paid is owed no more, and owed again when it comes back', () => {
    const paid = { amount: 240_499 };
    expect(posted('SalaryPaid', paid)).toEqual(['salary-payment, debit 2400 240499, credit 1000 240499']);
    expect(posted('SalaryReturned', paid)).toEqual(['salary-return, credit 2400 240499, debit 1000 240499']);
  });

  test('a correction takes back exactly what was posted, and 240.49 are to be recovered of what was paid', () => {
    const reversal = { reversed: slip, replacement: corrected };
    expect(posted('SalaryReversed', reversal)).toEqual([
      'salary-reversal, credit 5200 333333, debit 2410 92834, debit 2400 240499',
      'salary-correction, debit 5200 300000, credit 2410 83550, credit 2400 216450',
    ]);
    const all = [
      ...journals('SalaryPosted', slip),
      ...journals('SalaryPaid', { amount: slip.net }),
      ...journals('SalaryReversed', reversal),
    ];
    const netPay = all
      .flatMap(({ lines }) => lines)
      .filter(({ account }) => account === '2400')
      .reduce((sum, { side, amount }) => sum + (side === 'debit' ? amount : -amount), 0);
    expect(netPay).toBe(24_049);
  });

  test('each journal balances, and is about the month of the group, never about a person', () => {
    for (const [name, opened] of [
      ['SalaryPosted', slip],
      ['SalaryPaid', { amount: 1 }],
      ['SalaryReversed', { reversed: slip, replacement: corrected }],
    ] as const) {
      for (const { lines, subject } of journals(name, opened)) {
        const sum = lines.reduce((total, { side, amount }) => total + (side === 'debit' ? amount : -amount), 0);
        expect(sum).toBe(0);
        expect(subject).toEqual({ kind: 'payroll', id: 'staff.2026-02' });
      }
    }
  });

  test('nothing is posted of what could not be opened, or is of nothing', () => {
    expect(() => journals('SalaryPosted', undefined)).toThrow();
    expect(() => journals('SalaryPaid', { amount: 0 })).toThrow(RangeError);
  });
});
