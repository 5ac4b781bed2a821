import type { EventName } from '../../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../../events/integration-event.ts';
import type { FakeBroker } from '../services/broker.ts';
import type { Rule } from './rule.ts';

/**
 * What the facts owe to those who read them.
 *
 * @param facts all that are told, in the order in which those of one workflow come
 */
export function factRules({ events, conflicts }: FakeBroker, facts: readonly EventName[]): Rule[] {
  return [
    [conflicts.length === 0, `told differently a second time: ${conflicts.join(', ')}`],
    ...[...Map.groupBy(events, ({ causationId }) => causationId).values()].flatMap((told) =>
      sequenceRules(told, facts),
    ),
  ];
}

function sequenceRules(events: readonly IntegrationEvent[], facts: readonly EventName[]): Rule[] {
  const names = events.map(({ name }) => name);
  const ranks = names.map((name) => facts.indexOf(name));
  return [
    [
      events.every(({ sequence }, index) => sequence === index + 1),
      `sequence ${events.map(({ sequence }) => sequence)}`,
    ],
    [
      isAscending(ranks) && !ranks.includes(-1) && new Set(names).size === names.length,
      `facts in the order ${names.join(', ')}`,
    ],
    [isAscending(events.map(({ time }) => Date.parse(time))), 'the times of the facts do not ascend'],
  ];
}

const isAscending = (values: readonly number[]) =>
  values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
