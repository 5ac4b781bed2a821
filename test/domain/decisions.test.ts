import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const folder = new URL('../../docs/decisions/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.md'));
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

describe('a decision', () => {
  test.each(names)(
    '%s has a title, a status with its date, a context, a decision and consequences, in this order',
    (name) => {
      expect(read(name)).toMatch(
        /^# [^\n]+\n\nStatus: (proposed|accepted|superseded by \S+), \d{4}-\d\d-\d\d\b.*\n\n\*\*Context\.\*\* .*\n\n\*\*Decision\.\*\*\s.*\n\n\*\*Consequences\.\*\*\s/s,
      );
    },
  );

  test('has a number of its own', () => {
    const numbers = names.map((name) => name.slice(0, 4));
    expect(numbers).toEqual([...new Set(numbers)]);
  });
});

describe('the table of libraries', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const packages = Object.keys({ ...dependencies, ...devDependencies });

  /** The names in the first column of tables of libraries; one that ends with `*` is of a whole scope. */
  const rows = names.flatMap((name) => {
    const tables = read(name).match(/^\| library \|.*\n(?:\|.*\n)+/gm) ?? [];
    const cells = tables.flatMap((table) => table.split('\n').slice(2)).map((row) => row.split('|')[1] ?? '');
    return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, library = '']) => library));
  });
  const isOf = (row: string) => (name: string) =>
    row.endsWith('/*') ? name.startsWith(row.slice(0, -1)) : name === row;

  test.each(packages)('has exactly one row for %s', (name) => {
    expect(rows.filter((row) => isOf(row)(name))).toHaveLength(1);
  });

  test('has no row without a dependency', () => {
    expect(rows.filter((row) => !packages.some(isOf(row)))).toEqual([]);
  });
});
