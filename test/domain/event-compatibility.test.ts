import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type BreakingRule, breakingChanges } from '../../ops/documents/compatibility.ts';
import { schemaFiles } from '../../ops/documents/event-versions.ts';
import { type JsonSchema, readJsonFiles } from '../../ops/documents/events-folder.ts';

test('the contracts break nothing that was released', () => {
  const released = readJsonFiles('released');
  expect(released.size).toBeGreaterThan(10);
  expect(breakingChanges(released, schemaFiles()).map(({ text }) => text)).toEqual([]);
});

const type = 'shop.order.placed.v1';
const contracts = (data?: z.ZodType) =>
  new Map<string, JsonSchema>(data && [[type, z.toJSONSchema(data, { io: 'input', target: 'draft-7' })]]);
const changes = (released: z.ZodType, present?: z.ZodType) =>
  breakingChanges(contracts(released), contracts(present)).map(({ event, path, rule }) => [event, path, rule]);

const order = {
  orderId: z.string().regex(/^o-/),
  state: z.enum(['open', 'paid']),
  amounts: z.strictObject({ total: z.int().min(0).max(1_000) }),
  lines: z.array(z.object({ sku: z.string() })).max(10),
  note: z.string().optional(),
};
const released = z.object(order);

describe('within a major version', () => {
  test.each<[string, z.ZodType]>([
    ['nothing changes', released],
    ['an optional field is added', released.extend({ channel: z.string().optional() })],
    [
      'an optional field is added to an entry of a list',
      released.extend({ lines: z.array(z.object({ sku: z.string(), size: z.string().optional() })).max(10) }),
    ],
    ['a field is described', released.extend({ orderId: order.orderId.describe('The order.') })],
    ['the fields come in another order', z.object(Object.fromEntries(Object.entries(order).reverse()))],
  ])('it is no break when %s', (_, present) => {
    expect(changes(released, present)).toEqual([]);
  });

  test('it is no break when an event is added', () => {
    expect(breakingChanges(contracts(), contracts(released))).toEqual([]);
  });

  const { orderId: _, ...withoutId } = order;
  test.each<[string, z.ZodType | undefined, string, BreakingRule]>([
    ['a version is removed', undefined, '', 'event-removed'],
    ['a field is removed', z.object(withoutId), 'orderId', 'field-removed'],
    ['a new field is required', released.extend({ channel: z.string() }), 'channel', 'field-required'],
    ['an optional field is required', released.extend({ note: z.string() }), 'note', 'field-required'],
    ['a required field is optional', released.extend({ state: order.state.optional() }), 'state', 'field-optional'],
    [
      'a closed object takes a new field',
      released.extend({ amounts: order.amounts.extend({ tax: z.int().optional() }) }),
      'amounts.tax',
      'closed-object-extended',
    ],
    ['an open object is closed', z.strictObject(order), '', 'object-closed'],
    ['a type is another one', released.extend({ note: z.int().optional() }), 'note', 'type-changed'],
    ['a field may be null', released.extend({ orderId: order.orderId.nullable() }), 'orderId', 'type-changed'],
    ['a value is removed', released.extend({ state: z.enum(['open']) }), 'state', 'values-removed'],
    ['a value is added', released.extend({ state: z.enum(['open', 'paid', 'sent']) }), 'state', 'values-added'],
    ['any text is only some values', released.extend({ note: z.enum(['none']).optional() }), 'note', 'values-removed'],
    [
      'a limit from above is lower',
      released.extend({ amounts: z.strictObject({ total: z.int().min(0).max(999) }) }),
      'amounts.total',
      'limit-narrowed',
    ],
    [
      'a limit from above is higher',
      released.extend({ amounts: z.strictObject({ total: z.int().min(0).max(1_001) }) }),
      'amounts.total',
      'limit-widened',
    ],
    [
      'a limit from below is higher',
      released.extend({ amounts: z.strictObject({ total: z.int().min(1).max(1_000) }) }),
      'amounts.total',
      'limit-narrowed',
    ],
    [
      'a limit from below is lower',
      released.extend({ amounts: z.strictObject({ total: z.int().min(-1).max(1_000) }) }),
      'amounts.total',
      'limit-widened',
    ],
    ['a text gets a limit', released.extend({ note: z.string().max(5).optional() }), 'note', 'limit-narrowed'],
    [
      'a list loses its limit',
      released.extend({ lines: z.array(z.object({ sku: z.string() })) }),
      'lines',
      'limit-widened',
    ],
    ['a pattern is another one', released.extend({ orderId: z.string().regex(/^order-/) }), 'orderId', 'form-changed'],
    ['a text gets a format', released.extend({ note: z.email().optional() }), 'note', 'form-changed'],
    [
      'an entry of a list changes',
      released.extend({ lines: z.array(z.object({ sku: z.int() })).max(10) }),
      'lines[].sku',
      'type-changed',
    ],
  ])('it is a break when %s', (_, present, path, rule) => {
    expect(changes(released, present)).toContainEqual([type, path, rule]);
  });

  test('a renamed field is named on both sides', () => {
    expect(changes(released, z.object({ ...withoutId, id: order.orderId }))).toEqual([
      [type, 'orderId', 'field-removed'],
      [type, 'id', 'field-required'],
    ]);
  });

  test('the sentence names event, field and rule, and says who breaks', () => {
    const [change] = breakingChanges(contracts(released), contracts(released.extend({ channel: z.string() })));
    expect(change?.text).toBe(
      'shop.order.placed.v1 channel: field-required: it is new and required; messages that were published before do not have it',
    );
  });
});
