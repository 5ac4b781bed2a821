import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { auditUntilExplained } from '../../ops/audit/audit.ts';
import { type Carrier, carriers } from '../../ops/audit/equation.ts';
import { equations } from '../../ops/audit/equations/index.ts';
import { type AllInFlight, inWorkflows } from '../../ops/audit/in-flight.ts';
import { judge } from '../../ops/audit/judgement.ts';
import type { Look } from '../../ops/audit/look.ts';
import { equationsPageFile, withEquations } from '../../ops/documents/equations-page.ts';

interface Carried {
  readonly certain?: readonly string[];
  readonly published?: readonly string[];
  readonly messages?: number;
}

const inFlight = (carried: Partial<Record<Carrier, Carried>>) =>
  Object.fromEntries(
    carriers.map((carrier) => {
      const { certain = [], published = [], messages = 0 } = carried[carrier] ?? {};
      return [
        carrier,
        {
          certain: new Set(certain),
          published: new Map(published.map((subject, place) => [subject, place])),
          messages,
        },
      ];
    }),
  ) as unknown as AllInFlight;

const differing = (...subjects: (string | null)[]) => ({ differing: subjects.length, subjects });
const byLedger = { carriers: ['workflows', 'ledger'] } as const;

describe('the judgement of an equation', () => {
  test('holds where nothing differs', () => {
    expect(judge(byLedger, differing(), inFlight({})).verdict).toBe('holds');
  });

  test('explains what differs by the open workflow of the same subject', () => {
    const open = inFlight({ workflows: { certain: ['order o-1', 'order o-2'] } });
    expect(judge(byLedger, differing('order o-1', 'order o-2'), open)).toEqual({
      ...{ verdict: 'in flight', inFlight: 2, by: ['workflows'], unexplained: [] },
    });
  });

  test('explains nothing by an open workflow of another subject', () => {
    const open = inFlight({ workflows: { certain: ['order o-2'] } });
    expect(judge(byLedger, differing('order o-1', 'order o-2'), open)).toEqual({
      ...{ verdict: 'broken', inFlight: 1, by: ['workflows'], unexplained: ['order o-1'] },
    });
  });

  test('explains of what was published the newest, as many as there are messages', () => {
    const queued = inFlight({ ledger: { published: ['order o-1', 'order o-2'], messages: 1 } });
    expect(judge(byLedger, differing('order o-1', 'order o-2'), queued)).toMatchObject({
      ...{ verdict: 'broken', inFlight: 1, by: ['ledger'], unexplained: ['order o-1'] },
    });
  });

  test('explains nothing by what is on its way to others', () => {
    const queued = inFlight({ notification: { certain: ['order o-1'] } });
    expect(judge(byLedger, differing('order o-1'), queued).verdict).toBe('broken');
  });

  test('explains nothing where an equation holds at every moment, or is about the whole', () => {
    const open = inFlight({ workflows: { certain: ['order o-1'] } });
    expect(judge({}, differing('order o-1'), open).unexplained).toEqual(['order o-1']);
    expect(judge(byLedger, differing(null), open).unexplained).toEqual(['the whole']);
  });

  test('counts what was not read as unexplained', () => {
    const open = inFlight({ workflows: { certain: ['order o-1'] } });
    expect(judge(byLedger, { differing: 5, subjects: ['order o-1'] }, open)).toMatchObject({
      ...{ verdict: 'broken', inFlight: 1, unexplained: ['and 4 more'] },
    });
  });

  test('knows what open workflows are about', () => {
    const open = { type: 'any', needsOperator: false, customerId: 'c-1' };
    const { certain } = inWorkflows([
      { ...open, workflowId: 'checkout/o-1', orderId: 'o-1' },
      { ...open, workflowId: 'refund/r-1', orderId: 'o-2' },
      { ...open, workflowId: 'invoice-payment/p-1' },
      { ...open, workflowId: 'monthly-invoicing/oak-court/2026-03/1' },
      { ...open, workflowId: 'payroll/staff/2026-02' },
    ]);
    expect([...certain]).toEqual([
      ...['order o-1', 'refund r-1', 'order o-2', 'invoice-payment p-1', 'customer c-1'],
      'monthly-invoicing oak-court/2026-03/1',
      'payroll staff.2026-02',
    ]);
  });
});

const pending = 'orders: pending = 0';
const doubled = 'orders: checkouts with more than one order = 0';

const lookOf = (name: string, ...unexplained: string[]): Look => ({
  equations: [
    {
      name,
      sides: { currency: null, left: unexplained.length, right: 0, ...differing(...unexplained) },
      judgement: judge(equations[name] ?? {}, differing(...unexplained), inFlight({})),
    },
  ],
  inFlight: { openWorkflows: 0, needingOperator: 0, unpublishedEvents: 0, messages: {}, parkedDeadLetters: 0 },
  replaced: [],
});

const audit = (...looks: readonly Look[]) => {
  const left = [...looks];
  const last = looks.at(-1) as Look;
  return auditUntilExplained(async () => left.shift() ?? last, { withinMilliseconds: 50, everyMilliseconds: 1 });
};

describe('several looks', () => {
  test('find nothing broken where the same subject never stays', async () => {
    const { holds, equations: lines, looks } = await audit(lookOf(pending, 'order o-1'), lookOf(pending, 'order o-2'));
    expect({ holds, looks, verdict: lines[0]?.verdict, inFlight: lines[0]?.inFlight }).toEqual({
      ...{ holds: true, looks: 2, verdict: 'in flight', inFlight: 1 },
    });
  });

  test('find broken what stays, beside what moves', async () => {
    const { holds, equations: lines } = await audit(
      lookOf(pending, 'order o-1', 'order o-2'),
      lookOf(pending, 'order o-1', 'order o-3'),
    );
    expect({ holds, line: lines[0] }).toMatchObject({
      holds: false,
      line: { verdict: 'broken', subjects: ['order o-1'], inFlight: 1 },
    });
  });

  test('are one look where the equation holds at every moment', async () => {
    const { holds, looks } = await audit(lookOf(doubled, 'order o-1'), lookOf(doubled));
    expect({ holds, looks }).toEqual({ holds: false, looks: 1 });
  });
});

test('docs/audit.md has every equation (npm run document-equations)', () => {
  const page = readFileSync(equationsPageFile, 'utf8');
  expect(page).toBe(withEquations(page));
});
