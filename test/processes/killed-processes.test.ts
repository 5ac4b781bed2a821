import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { cart } from '../../demo/shop.ts';
import { type Audit, type AuditLine, auditUntilExplained } from '../../ops/audit/audit.ts';
import { auditWhenQuiet } from '../../ops/audit/books.ts';
import { lookOnce } from '../../ops/audit/look.ts';
import { openParts } from '../../ops/audit/open-parts.ts';
import type { System } from '../../ops/system/system.ts';
import type { RoleName } from '../../roles/roles.ts';
import { openClients } from '../clients.ts';
import { startShopSystem } from '../setup/shop-system.ts';

let system: System;
let checkouts: CheckoutClient;
let connection: Connection;

beforeAll(async () => {
  system = await startShopSystem();
  ({ connection, checkouts } = await openClients(system.addresses));
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await system?.stop();
}, 60_000);

const killed: RoleName[] = [
  'checkout-worker',
  'bridge-worker',
  'ledger-consumer',
  'notification-consumer',
  'inventory',
  'payment-simulator',
];

/** A kill between the mail server's answer and the commit sends a mail again, under the same Message-ID: docs/messaging.md. */
const sentAgain = 'mail: mails that came twice = 0';
const isBroken = ({ name, verdict }: AuditLine) => verdict === 'broken' && name !== sentAgain;

/** Audits five times while everything runs: what is in flight must not look as if it were broken. */
async function auditMeanwhile(): Promise<Audit[]> {
  const parts = await openParts(system.addresses);
  try {
    const audits: Audit[] = [];
    while (audits.length < 5) audits.push(await auditUntilExplained(() => lookOnce(parts)));
    return audits;
  } finally {
    await parts.close();
  }
}

test('kill -9 of the worker, the bridge, the consumers and two services among 20 checkouts loses and doubles nothing', async () => {
  const inputs = Array.from({ length: 20 }, (_, index) =>
    cart(`killed-${index}`, index % 5 === 4 ? { paymentMethod: 'pm_card_chargeDeclined' } : {}),
  );
  const victims = [...killed];
  let answered = 0;
  const place = async (input: (typeof inputs)[number]) => {
    await checkouts.startCheckout(input);
    answered += 1;
    const victim = answered % 3 === 0 ? victims.shift() : undefined;
    if (victim) system.kill(victim);
    return checkouts.waitForResult(input.checkoutId);
  };
  const before = killed.map((name) => system.processId(name));
  const [results, audits] = await Promise.all([Promise.all(inputs.map(place)), auditMeanwhile()]);

  expect(results.map(({ outcome }) => outcome)).toEqual(
    inputs.map(({ paymentMethod }) => (paymentMethod === 'pm_card_visa' ? 'completed' : 'refused')),
  );
  expect(audits.flatMap(({ equations }) => equations.filter(isBroken))).toEqual([]);
  const audit = await auditWhenQuiet(system.addresses['DATABASE_URL'] ?? '', 60_000);
  expect(audit.filter(({ name, holds }) => !holds && name !== sentAgain)).toEqual([]);
  expect(audit.find(({ name }) => name === 'mail: orders that ended = different mails')?.left).toBe('20');
  expect(victims).toEqual([]);
  expect(killed.filter((name, index) => system.processId(name) === before[index])).toEqual([]);
}, 180_000);
