import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { integrationEvents } from '../../events/contracts/index.ts';
import type { EventContract } from '../../messaging/envelope/contracts.ts';

const withRecipient = Object.entries<EventContract>(integrationEvents).flatMap(([name, { data }]) =>
  data instanceof z.ZodObject && 'customer' in data.shape ? [[name, data.shape['customer'] as z.ZodType] as const] : [],
);

test('events that a letter answers name their recipient', () => {
  expect(withRecipient.map(([name]) => name)).toEqual(expect.arrayContaining(['OrderCompleted', 'ProviderRefunded']));
});

test.each(withRecipient)('%s carries every address that a customer may have', (_, customer) => {
  for (const email of ['ada@example.com', 'jürgen@münchen.example', '"ada lovelace"@example.com', 'ada@[192.0.2.1]']) {
    const taken = customer.safeParse({ name: 'Ada', email }).success;
    expect([email, taken]).toEqual([email, !email.includes(' ')]);
  }
});
