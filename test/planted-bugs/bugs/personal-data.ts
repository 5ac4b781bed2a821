import type { PlantedBug } from '../bug.ts';

const codec = { project: 'domain', file: 'payload-codec' } as const;
const erasure = { project: 'system', file: 'erasure' } as const;
const histories = { project: 'system', file: 'sealed-payloads' } as const;

/** Who can read what is kept about people. */
export const personalData: readonly PlantedBug[] = [
  {
    name: 'worker-without-codec',
    consequence: 'The names of all customers stand in the database of Temporal and in its backups.',
    file: 'workers/worker-role.ts',
    before: '    namespace,\n    dataConverter,\n',
    after: '    namespace,\n',
    tests: { ...histories, named: 'have no payload that can be read' },
  },
  {
    name: 'failures-in-clear',
    consequence: 'The message of a failure tells everyone who sees the Web UI whose address was refused.',
    file: 'platform/payloads/failure-converter.ts',
    before: 'encodeCommonAttributes: true',
    after: 'encodeCommonAttributes: false',
    tests: { ...histories, named: 'say nothing of a failure' },
  },
  {
    name: 'key-not-looked-for-again',
    consequence: 'While a key is exchanged, half of the workers cannot read what the others write.',
    file: 'platform/payloads/key-ring.ts',
    before: 'await this.#load(this.#read.now);',
    after: 'await this.#load(this.#read);',
    tests: { ...codec, named: 'may change while it is used' },
  },
  {
    name: 'key-id-not-bound',
    consequence: 'A payload is passed off as one that another key has sealed.',
    file: 'platform/payloads/codec.ts',
    before: "[encrypted, id].join(' ')",
    after: 'encrypted',
    tests: { ...codec, named: 'is refused under the id of another key' },
  },
  {
    name: 'invoice-outlives-erasure',
    consequence: 'A person who was erased goes on being named in every invoice.',
    file: 'services/billing/consumer.ts',
    before: '  await eraseContacts(transaction, customerIds);\n',
    after: '  void eraseContacts;\n',
    tests: { ...erasure, named: 'is (handed out|named in no table)' },
  },
  {
    name: 'erased-customer-imported-again',
    consequence: 'The nightly import of another system brings back everyone who was erased.',
    file: 'services/customers/store.ts',
    before: "where customers.status <> 'erased' and (",
    after: 'where (',
    tests: { project: 'services', file: 'customers-erasure', named: 'can be undone neither' },
  },
  {
    name: 'erased-customer-mailed',
    consequence: 'The mail server is full of mails to nobody, each of which comes back.',
    file: 'services/notification/consumer.ts',
    before: ' || isErased(written.recipient)',
    after: '',
    tests: { ...erasure, named: 'is (handed out|named in no table)|without a mail' },
  },
  {
    name: 'late-ban-believed',
    consequence: 'Who was banned by mistake loses what they have ordered since, when the news of the ban comes late.',
    file: 'workers/checkout-messages.ts',
    before: "(await accounts.findCustomer({ customerId })).status !== 'active';",
    after: "(await accounts.findCustomer({ customerId })).status !== 'none';",
    tests: { project: 'system', file: 'workflow-inbox', named: 'cancels nothing of what was placed since' },
  },
  {
    name: 'export-without-reviews',
    consequence: 'Who asks what is kept about them is not told what they have written.',
    file: 'client/customer-export.ts',
    before: '...billed, ...written, residences }',
    after: '...billed, reviews: [], residences }',
    tests: { project: 'system', file: 'api-shop', named: 'is handed out by an operator' },
  },
  {
    name: 'key-missing-in-another-ring',
    consequence:
      'Who lacks a key of the checkouts looks for it in the ring of the payroll, which is not theirs to see.',
    file: 'platform/payloads/codec.ts',
    before: 'misses.get(this.#ringOf(context))',
    after: 'misses.get([...this.#ofKinds.values()].at(-1))',
    tests: { ...codec, named: 'is missing in the ring of the kind' },
  },
];
