import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Approval } from '../../contracts/approvals.ts';
import { decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import type { TokenSource } from '../../platform/access/token-source.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import type { InputOf } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { ensureKeyRing, KeyRing } from '../../platform/payloads/key-ring.ts';
import { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import { type PayrollClient, type PayrollRun, payrollContract } from '../../services/payroll/contract.ts';
import { readEmployer } from '../../services/payroll/employer.ts';
import { payrollHandlers } from '../../services/payroll/server.ts';
import { sellerVariables } from '../seller.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

/** The payroll service on a database of its own, its client, and what opens its events. */
export interface PayrollEnvironment {
  readonly service: ServiceInProcess<unknown>;
  readonly payroll: PayrollClient;
  readonly sealedTexts: SealedTexts;
  /** A client that calls with this token. */
  as(token: TokenSource): PayrollClient;
}

export const employer = readEmployer(sellerVariables);

/** A key ring in a folder that goes with this process. */
export function temporarySealedTexts(): SealedTexts {
  const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-event-keys-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'event-keys.json');
  ensureKeyRing(file);
  return new SealedTexts(new KeyRing(file, 'EVENT_KEYS_FILE'));
}

/**
 * @param access how the service knows its callers. @default everyone may do everything
 * @param clock by which a pay day has come. @default that of the machine
 */
export async function openPayroll(
  access?: Parameters<typeof serveHttp>[2]['access'],
  clock?: () => Promise<Date>,
): Promise<PayrollEnvironment> {
  const sealedTexts = temporarySealedTexts();
  const service = await startInProcess<unknown>('payroll', (database, options) =>
    serveHttp(payrollContract, payrollHandlers(database, sealedTexts, employer, clock), {
      ...options,
      ...(access && { access }),
    }),
  );
  const options = { url: service.url, timeoutMilliseconds: 30_000, failuresToOpen: 1_000 };
  const as = (token: TokenSource) => createHttpClient(payrollContract, { ...options, token });
  return { service, sealedTexts, as, payroll: createHttpClient(payrollContract, options) };
}

type ImportedEmployee = InputOf<(typeof payrollContract)['operations']['importEmployees']>['employees'][number];

/** Earns 3,333.33 EUR a month, of which 18.5 % and 9.35 % are withheld. */
export const employee = (employeeId: string, change: Partial<ImportedEmployee> = {}): ImportedEmployee => ({
  ...{ employeeId, groupId: 'staff', name: 'Ada Lovelace', email: 'ada@example.org', currency: 'EUR' },
  earnings: [{ name: 'Salary', amount: 333_333 }],
  deductions: [
    { name: 'Income tax', rate: 1_850 },
    { name: 'Social insurance', rate: 935 },
  ],
  employedFrom: '2025-01-01',
  ...change,
});

/** Both approvals of a content. */
export const approvalsOf = (version: string, people = ['petra', 'carl']): Approval[] =>
  (['payroll', 'cfo'] as const).map((role, index) => ({
    by: people[index] ?? '',
    version,
    roles: [{ role }],
    note: 'looks right',
    at: '2026-02-20T12:00:00.000Z',
  }));

/** Opens a run of a month, calculates all of it and freezes it. */
export async function frozenRun(
  payroll: PayrollClient,
  { runId, groupId = 'staff', period = '2026-02' }: { runId: string; groupId?: string; period?: string },
): Promise<PayrollRun> {
  await payroll.openRun({ runId, groupId, period, currency: 'EUR', payDay: `${period}-25`, preparedBy: 'paul' });
  await calculateAll(payroll, runId);
  return payroll.freezeRun({ runId, calculation: 1 });
}

/** Calculates a run batch after batch. */
export async function calculateAll(payroll: PayrollClient, runId: string, calculation = 1, limit = 100): Promise<void> {
  let after: string | undefined;
  do {
    const batch = await payroll.calculateBatch({ runId, calculation, limit, ...(after && { after }) });
    after = batch.next;
  } while (after);
}

/** The same, and posts it. */
export async function postedRun(
  payroll: PayrollClient,
  run: { runId: string; groupId?: string; period?: string },
): Promise<PayrollRun> {
  const { runId, contentHash = '' } = await frozenRun(payroll, run);
  return (await payroll.postRun({ runId, contentHash, approvals: approvalsOf(contentHash) })).run;
}

/** The same, and pays it. */
export async function paidRun(
  payroll: PayrollClient,
  run: { runId: string; groupId?: string; period?: string },
): Promise<PayrollRun> {
  const { runId } = await postedRun(payroll, run);
  while ((await payroll.payBatch({ runId })).left > 0);
  return (await payroll.closeRun({ runId })).run;
}

/** What waits in the outbox, in its order. */
export async function outboxOf({ database }: { readonly database: Kysely<unknown> }): Promise<IntegrationEvent[]> {
  const { rows } = await sql<{ body: string }>`select body from outbox order by position`.execute(database);
  return rows.map(({ body }) => decodeEvent(Buffer.from(body)));
}

/** What of an event is sealed, opened. */
export async function openedOf(
  { sealedTexts }: PayrollEnvironment,
  event: IntegrationEvent | undefined,
): Promise<unknown> {
  if (!event || !('sealed' in event.data)) throw new Error('nothing of it is sealed');
  return sealedTexts.open(String(event.data.sealed), event.subject);
}

/** The same as one text. */
export async function outboxText({ database }: { readonly database: Kysely<unknown> }): Promise<string> {
  const { rows } = await sql<{ body: string }>`select body from outbox`.execute(database);
  return rows.map(({ body }) => body).join('\n');
}
