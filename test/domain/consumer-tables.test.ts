import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { inboxTable, outboxTable } from '../../messaging/index.ts';

const project = new URL('../../', import.meta.url);
const migrations = readdirSync(new URL('services/', project))
  .map((service) => `services/${service}/migrations/`)
  .concat('workers/migrations/')
  .filter((folder) => existsSync(new URL(folder, project)))
  .flatMap((folder) => readdirSync(new URL(folder, project)).map((file) => `${folder}${file}`));

/** The migrations that make a table of this name. */
const making = (table: string) =>
  migrations
    .map((file): [string, string] => [file, readFileSync(new URL(file, project), 'utf8')])
    .filter(([, text]) => text.includes(`create table ${table} (`));

test.each([
  ['inbox', inboxTable, 9],
  ['outbox', outboxTable, 5],
] as const)('the %s of the library is that of every consumer here', (table, statements, count) => {
  const found = making(table);
  expect(found).toHaveLength(count);
  for (const [file, text] of found) expect([file, text]).toEqual([file, expect.stringContaining(statements)]);
});
