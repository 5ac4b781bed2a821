import type { FakeBroker } from '../services/broker.ts';
import type { Rule } from './rule.ts';

/** The mails that are owed leave, each once, and no other. A refund may tell of itself before a sweep tells of its order. */
export async function mailRules(broker: FakeBroker, owed: readonly string[]): Promise<Rule[]> {
  const sent = (await broker.mails()).map(({ template }) => template);
  return [
    [
      sent.toSorted().join() === owed.toSorted().join(),
      `mails sent: ${sent.join(', ') || 'none'}; owed: ${owed.join(', ') || 'none'}`,
    ],
  ];
}
