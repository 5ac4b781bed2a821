import type { PlantedBug } from '../bug.ts';

const forged = { project: 'messaging', file: 'forged' } as const;
const refused = { project: 'parts', file: 'privileges', named: 'each login is refused what it may not do' } as const;

/** What a process may do on the broker and in the database. */
export const privileges: readonly PlantedBug[] = [
  {
    name: 'publisher-not-compared',
    consequence: 'Who may publish anything may put any sum into the books.',
    file: 'messaging/consuming/publisher-rules.ts',
    before: '  if (publisher === user || rules.publishersOf(type).includes(publisher)) return;\n',
    after: '  if (publisher !== undefined) return;\n',
    tests: { ...forged, named: 'a forged payment does not come into the books of a foreign user$' },
  },
  {
    name: 'routing-key-not-compared',
    consequence: 'A storefront bans customers under the routing key of an order.',
    file: 'messaging/consuming/publisher-rules.ts',
    before: '  if (key !== type) throw',
    after: '  if (!key) throw',
    tests: { ...forged, named: 'under a foreign routing key' },
  },
  {
    name: 'source-not-compared',
    consequence: 'What another system states counts as if this one had.',
    file: 'messaging/envelope/decoder.ts',
    before: 'system !== undefined && source !==',
    after: "system === '' && source !==",
    tests: { ...forged, named: 'of a foreign source$' },
  },
  {
    name: 'any-replay-believed',
    consequence: 'A forged letter beside the dead letters of the ledger is in the books once an operator replays them.',
    file: 'services/dead-letters/actions.ts',
    before: 'firstPublisher(properties, [user, consumerOf(topology, queue)])',
    after: 'firstPublisher(properties, [user, properties.userId, consumerOf(topology, queue)])',
    tests: { ...forged, named: 'what was forged stays so' },
  },
  {
    name: 'books-may-be-deleted',
    consequence: 'Who breaks into the ledger consumer takes journals out of the books.',
    file: 'ops/privileges/stores.ts',
    before: "append: ['select', 'insert']",
    after: "append: ['select', 'insert', 'delete']",
    tests: refused,
  },
  {
    name: 'events-of-others',
    consequence:
      'Every process that publishes may publish what any other does, and only the consumers are left to notice.',
    file: 'ops/privileges/broker-users.ts',
    before: '{ write: anyOf(published), read',
    after: "{ write: '.*', read",
    tests: refused,
  },
  {
    name: 'commands-of-others',
    consequence: 'A storefront has the shop send a payslip, or a mail with its letterhead, to any address.',
    file: 'messaging/consuming/publisher-rules.ts',
    before: '  if (publisher === user || rules.publishersOf(type).includes(publisher)) return;\n',
    after:
      '  if (publisher === user || rules.publishersOf(type).includes(publisher)) return;\n  if (fields.exchange === exchanges.commands) return;\n',
    tests: { project: 'messaging', file: 'forged-commands', named: 'storefront sends notification.send-payslip' },
  },
];
