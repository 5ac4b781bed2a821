import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from './events-folder.ts';

/** What breaks between two sets of contracts, and why; `text` is the sentence to print. */
export interface BreakingChange {
  /** The type of the event, or `envelope`. */
  readonly event: string;
  /** The field, by its path: `amounts.total`; empty for the event itself. */
  readonly path: string;
  readonly rule: BreakingRule;
  readonly text: string;
}

/**
 * Messages of either version meet consumers of either version: while processes are replaced one by one, when a queue
 * has waited, and after a replay. So what is written now must be read by the released code, and what was written then by
 * the present code.
 */
const rules = {
  'event-removed':
    'messages of this version may still lie in a queue or among the dead letters, where no consumer could read them',
  'field-removed': 'consumers that run the released code still read it (a renamed field is one removed and one added)',
  'field-required': 'messages that were published before do not have it',
  'field-optional': 'consumers that run the released code refuse a message without it',
  'closed-object-extended':
    'the object takes no unknown fields, so consumers that run the released code refuse the message',
  'object-closed': 'messages with further fields were allowed, and would now be refused',
  'type-changed': 'one side refuses what the other writes',
  'values-removed': 'messages that were published before may have one of them',
  'values-added': 'consumers that run the released code refuse them',
  'limit-narrowed': 'messages that were published before may be beyond it',
  'limit-widened': 'consumers that run the released code refuse what is beyond the old one',
  'form-changed': 'one side refuses what the other writes',
} as const;

export type BreakingRule = keyof typeof rules;

type Schemas = ReadonlyMap<string, JsonSchema>;

/** Compares the present contracts with the released ones, by their JSON Schemas; without an entry all is well. */
export function breakingChanges(released: Schemas, present: Schemas): BreakingChange[] {
  return [...released].flatMap(([event, before]) => {
    const add = (path: string, rule: BreakingRule, what: string): BreakingChange => ({
      event,
      path,
      rule,
      text: `${event}${path && ` ${path}`}: ${rule}: ${what}; ${rules[rule]}`,
    });
    const now = present.get(event);
    return now ? compare(before, now, '', add) : [add('', 'event-removed', 'the contracts have it no more')];
  });
}

type Add = (path: string, rule: BreakingRule, what: string) => BreakingChange;

function compare(before: JsonSchema, now: JsonSchema, path: string, add: Add): BreakingChange[] {
  if (!same(before['type'], now['type'])) {
    return [add(path, 'type-changed', `it was ${show(before['type'])} and is ${show(now['type'])}`)];
  }
  return [
    ...compareFields(before, now, path, add),
    ...compareItems(before, now, path, add),
    ...compareValues(before, now, path, add),
    ...compareLimits(before, now, path, add),
    ...compareForm(before, now, path, add),
  ];
}

function compareFields(before: JsonSchema, now: JsonSchema, path: string, add: Add): BreakingChange[] {
  const [old, present] = [fieldsOf(before), fieldsOf(now)];
  const [wasRequired, isRequired] = [requiredOf(before), requiredOf(now)];
  const at = (field: string) => (path ? `${path}.${field}` : field);
  const changes: BreakingChange[] = [];
  for (const [field, schema] of Object.entries(old)) {
    const then = present[field];
    if (!then) changes.push(add(at(field), 'field-removed', 'it is gone'));
    else if (wasRequired.includes(field) && !isRequired.includes(field)) {
      changes.push(add(at(field), 'field-optional', 'it was required and is optional'));
    }
    if (then) changes.push(...compare(schema, then, at(field), add));
  }
  for (const field of isRequired.filter((each) => !wasRequired.includes(each))) {
    changes.push(
      add(at(field), 'field-required', old[field] ? 'it was optional and is required' : 'it is new and required'),
    );
  }
  const wasClosed = before['additionalProperties'] === false;
  for (const field of wasClosed ? Object.keys(present).filter((each) => !old[each]) : []) {
    changes.push(add(at(field), 'closed-object-extended', 'it is new'));
  }
  if (!wasClosed && now['additionalProperties'] === false) changes.push(add(path, 'object-closed', 'it was open'));
  return changes;
}

function compareItems(before: JsonSchema, now: JsonSchema, path: string, add: Add): BreakingChange[] {
  const [old, present] = [before['items'], now['items']];
  if (isSchema(old) && isSchema(present)) return compare(old, present, `${path}[]`, add);
  return same(old, present) ? [] : [add(`${path}[]`, 'type-changed', 'its entries have changed')];
}

function compareValues(before: JsonSchema, now: JsonSchema, path: string, add: Add): BreakingChange[] {
  const [old, present] = [valuesOf(before), valuesOf(now)];
  if (!old && !present) return [];
  const missing = old?.filter((value) => !present?.includes(value)) ?? [];
  const added = present?.filter((value) => !old?.includes(value)) ?? [];
  return [
    ...(present && (!old || missing.length > 0)
      ? [add(path, 'values-removed', old ? `without ${missing.map(show).join(', ')}` : 'only some values are left')]
      : []),
    ...(old && (!present || added.length > 0)
      ? [add(path, 'values-added', present ? `with ${added.map(show).join(', ')}` : 'any value may come')]
      : []),
  ];
}

/** Keywords that are limits from below, and from above. */
const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

function compareLimits(before: JsonSchema, now: JsonSchema, path: string, add: Add): BreakingChange[] {
  return [...lower, ...upper].flatMap((keyword) => {
    const [old, present] = [before[keyword], now[keyword]];
    if (old === present) return [];
    const narrowed = limitOf(present, keyword) > limitOf(old, keyword) === lower.includes(keyword);
    return add(
      path,
      narrowed ? 'limit-narrowed' : 'limit-widened',
      `${keyword} was ${show(old)} and is ${show(present)}`,
    );
  });
}

function limitOf(value: unknown, keyword: string): number {
  return typeof value === 'number' ? value : lower.includes(keyword) ? -Infinity : Infinity;
}

/** Compared field by field above, or human-readable only. */
const otherwise = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', ...lower, ...upper],
  ...['$schema', '$id', '$comment', 'title', 'description', 'examples', 'default', 'deprecated'],
]);

/** Whatever else constrains a value (`pattern`, `format`, `anyOf`, …): which of two is narrower cannot be told. */
function compareForm(before: JsonSchema, now: JsonSchema, path: string, add: Add): BreakingChange[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(now)].filter((keyword) => !otherwise.has(keyword)));
  return [...keywords]
    .filter((keyword) => !same(before[keyword], now[keyword]))
    .map((keyword) =>
      add(path, 'form-changed', `${keyword} was ${show(before[keyword])} and is ${show(now[keyword])}`),
    );
}

const fieldsOf = ({ properties }: JsonSchema) => (properties ?? {}) as Readonly<Record<string, JsonSchema>>;
const requiredOf = ({ required }: JsonSchema) => (required ?? []) as readonly string[];
const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
const show = (value: unknown) => (value === undefined ? 'anything' : JSON.stringify(value));
const same = isDeepStrictEqual;

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  return 'const' in schema ? [schema['const']] : (schema['enum'] as readonly unknown[] | undefined);
}
