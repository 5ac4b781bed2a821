import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { auditIn } from '../../ops/audit/books.ts';
import { equations } from '../../ops/audit/equations/index.ts';
import { plantedFaults } from './audit-faults.ts';
import { AuditedShop } from './audited-shop.ts';
import { fillWhole } from './whole-shop.ts';

let audited: AuditedShop;

beforeAll(async () => {
  audited = await AuditedShop.create(fillWhole);
}, 60_000);

afterAll(() => audited?.close());

/** The tables that refuse a change, whoever makes it. */
const appendOnly = ['ledger.journals', 'ledger.entries', 'ledger.journal_links', 'dead_letters.actions'];

/** The equations that do not hold once a fault is planted, which is taken back. */
async function brokenBy(fault: string): Promise<string[]> {
  return audited.inTransaction(async (transaction) => {
    for (const table of appendOnly) await sql.raw(`alter table ${table} disable trigger all`).execute(transaction);
    // Without the checks of foreign keys: who plants a fault asks nobody.
    await sql.raw(`set local session_replication_role = replica`).execute(transaction);
    await sql.raw(fault).execute(transaction);
    const audit = await auditIn(transaction);
    return audit.filter(({ holds }) => !holds).map(({ name }) => name);
  });
}

describe('the audit of one of everything', () => {
  test('finds nothing where everything is right', async () => {
    expect(await brokenBy('select')).toEqual([]);
  });

  test.each(plantedFaults)('names it when $fault', async ({ sql: fault, named }) => {
    expect(await brokenBy(fault)).toEqual(expect.arrayContaining([...named]));
  });

  test('has no equation that none of the faults breaks', () => {
    const named = new Set(plantedFaults.flatMap((fault) => fault.named));
    expect(Object.keys(equations).filter((name) => !named.has(name))).toEqual([]);
  });
});
