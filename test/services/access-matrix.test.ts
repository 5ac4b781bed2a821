import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { type Caller, callers } from '../../contracts/access.ts';
import { type AccessRow, runAccessMatrix } from '../../ops/access/matrix.ts';
import { complaints, pageFile, withMatrix } from '../../ops/access/page.ts';
import { grpcContracts, httpContracts } from '../../roles/contracts.ts';

let rows: AccessRow[];

beforeAll(async () => {
  rows = await runAccessMatrix();
}, 60_000);

test('every operation lets in whom its contract names, and no token that is not valid here', () => {
  const operations = [...httpContracts, ...grpcContracts].flatMap((contract) => Object.keys(contract.operations));
  expect(rows).toHaveLength(operations.length);
  expect(complaints(rows)).toEqual([]);
});

test('every operation names roles that a token of this system may have', () => {
  const named = rows.flatMap(({ access }) => (access === 'public' ? [] : access));
  expect(named).not.toHaveLength(0);
  expect(named.filter((role) => !callers.includes(role as Caller))).toEqual([]);
});

test('docs/access.md has the matrix', async () => {
  const page = await readFile(pageFile, 'utf8');
  expect(withMatrix(page, rows)).toBe(page);
});
