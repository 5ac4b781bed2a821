import type { PlantedBug } from '../bug.ts';

/** What goes wrong between a checkout and those who are told of it. */
export const messaging: readonly PlantedBug[] = [
  {
    name: 'published-without-a-confirm',
    consequence: 'An order that the broker did not take is neither mailed nor booked, and nothing shows it.',
    file: 'messaging/publishing/publisher.ts',
    before: '      channel.publish(exchange,',
    after: '      entry.settle();\n      this.#inFlight.delete(entry);\n      channel.publish(exchange,',
    tests: { project: 'messaging', file: 'publisher', named: 'a full queue refuses' },
  },
  {
    name: 'refused-for-good',
    consequence: 'After a node of the broker came back no event leaves any more, until the bridge is restarted.',
    file: 'messaging/publishing/publisher.ts',
    before: 'this.#refusals.isStuck && ',
    after: 'this.#refusals.isStuck && this.#window === 0 && ',
    tests: { project: 'messaging', file: 'publisher', named: 'a full queue refuses' },
  },
  {
    name: 'new-events-for-each-run',
    consequence: 'A checkout whose workflow was reset mails the customer and books the payment once more.',
    file: 'bridge/activities.ts',
    before: 'origin: workflowId,',
    after: 'origin: activityInfo().workflowExecution?.runId ?? workflowId,',
    tests: { project: 'messaging', file: 'bridge', named: 'another run of the same workflow' },
  },
  {
    name: 'inbox-not-checked',
    consequence: 'A message that is delivered twice is mailed and booked twice.',
    file: 'messaging/consuming/batch-processor.ts',
    before: "filter((_, index) => result[index] === 'new')",
    after: 'filter((_, index) => result[index])',
    tests: { project: 'messaging', file: 'consumer', named: 'an event that comes again is handled once' },
  },
  {
    name: 'acknowledged-before-the-commit',
    consequence: 'A payment whose posting fails with the consumer never reaches the ledger.',
    file: 'messaging/consuming/batch-processor.ts',
    before: '    const events = deliveries.map(({ event }) => event);\n',
    after: '    const events = deliveries.map(({ event }) => event);\n    acknowledge(deliveries);\n',
    tests: { project: 'messaging', file: 'acknowledgement', named: 'comes again' },
  },
  {
    name: 'tax-booked-as-revenue',
    consequence: 'The shop shows tax that it owes as money that it has earned.',
    file: 'services/ledger/postings/checkout.ts',
    before: "['credit', accounts.taxPayable, tax]",
    after: "['credit', accounts.revenue, tax]",
    tests: { project: 'domain', file: 'ledger-postings', named: 'each part goes to its account' },
  },
];
