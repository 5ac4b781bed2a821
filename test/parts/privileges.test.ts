import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { brokerUsers } from '../../ops/privileges/broker-users.ts';
import { rabbitMqDefinitions } from '../../ops/privileges/definitions.ts';
import { complaints, pageFile, withTrials } from '../../ops/privileges/page.ts';
import { privilegesSql } from '../../ops/privileges/sql.ts';
import { auditor, stores } from '../../ops/privileges/stores.ts';
import { tryPrivileges } from '../../ops/privileges/trial.ts';
import type { Trials } from '../../ops/privileges/trial-row.ts';
import { type RoleName, roleNames } from '../../roles/roles.ts';

let trials: Trials;

beforeAll(async () => {
  trials = await tryPrivileges(() => undefined);
}, 300_000);

test('each login is refused what it may not do, and may do what it has to', () => {
  expect(complaints(trials)).toEqual([]);
});

test('each login was tried with each act', () => {
  expect(trials.database.map(({ who }) => who)).toEqual([...Object.keys(stores), auditor]);
  const without = [...trials.database, ...trials.broker].flatMap(({ who, refused }) =>
    Object.entries(refused).flatMap(([act, count]) => (count === 0 && act !== 'change rows' ? [`${who}: ${act}`] : [])),
  );
  // Of what these send, the consumers park as forged what is another one's: test/messaging/forged-commands.test.ts.
  const senders = ['billing', 'payroll', 'storefront'];
  expect(without).toEqual(senders.map((who) => `${who}: foreign commands`));
  const unchanging = trials.database.filter(({ refused }) => Number(refused['change rows']) > 0).map(({ who }) => who);
  expect(unchanging).toEqual(['ledger', 'ledger-consumer', 'order-history', auditor]);
});

test('the page shows what was refused: run `npm run privileges -- --write`', () => {
  const page = readFileSync(pageFile, 'utf8');
  expect(page).toBe(withTrials(page, trials));
});

describe('what is printed for another place', () => {
  test('names every login and no password', () => {
    expect(privilegesSql({ database: 'shop' })).not.toMatch(/password/);
    expect(rabbitMqDefinitions().users.map(({ password_hash: hash }) => hash)).toEqual(brokerUsers().map(() => ''));
  });

  test('has a user for each role that reaches the broker, and for the storefront and the topology', () => {
    const others = brokerUsers()
      .map(({ name }) => name)
      .filter((name) => !roleNames.includes(name as RoleName));
    expect(others).toEqual(['storefront', 'topology']);
  });
});
