import type { PlantedBug } from '../bug.ts';

const clearText = { project: 'domain', file: 'clear-text' } as const;
const redaction = { project: 'domain', file: 'redaction' } as const;

/** What can be read on its way, in a log, and by pages of other sites. */
export const transport: readonly PlantedBug[] = [
  {
    name: 'clear-text-not-refused',
    consequence: 'The password of the broker goes over the network where everyone can read it.',
    file: 'platform/configuration.ts',
    before: '  if (refusals.length > 0) throw new ConfigurationError',
    after: '  if (refusals.length > 99) throw new ConfigurationError',
    tests: { ...clearText, named: 'is refused with a line for each address in clear text' },
  },
  {
    name: 'provider-in-clear-text',
    consequence: 'Who listens on the way to the payment provider has the secret key of the shop.',
    file: 'services/payments/provider.ts',
    before: '.refine((settings) => !isReadable(settings.PAYMENT_PROVIDER_URL), {',
    after: '.refine(() => true || isReadable, {',
    tests: { ...clearText, named: 'is never sent anything in clear text' },
  },
  {
    name: 'database-not-verified',
    consequence: 'Who answers in the place of the database is sent every customer and every payment.',
    file: 'platform/transport/clear-text.ts',
    before: "last('sslmode') !== 'verify-full'",
    after: "!/^(require|verify-full)$/.test(last('sslmode') ?? '')",
    tests: { ...clearText, named: 'is postgres://user:secret@db/shop\\?sslmode=require' },
  },
  {
    name: 'redaction-two-levels-deep',
    consequence: 'A token in the headers of a request of an error is in the log, and who reads logs is an operator.',
    file: 'platform/redaction.ts',
    before: "    if (typeof value === 'string') return redactText(value);",
    after: "    if (typeof value === 'string') return depth > 2 ? value : redactText(value);",
    tests: { ...redaction, named: 'does not have a token, at whatever depth' },
  },
  {
    name: 'row-of-the-database-in-the-log',
    consequence: 'The name and the address of a customer are in the log whenever a row is refused.',
    file: 'platform/redaction.ts',
    before: "const ofErrors = ['code', 'constraint',",
    after: "const ofErrors = ['code', 'detail', 'constraint',",
    tests: { ...redaction, named: 'has of an error of PostgreSQL what is no row' },
  },
  {
    name: 'form-of-another-site-taken',
    consequence: "A page that an operator visits gives a customer's money back.",
    file: 'platform/http/server.ts',
    before: '          requireJson(request);\n',
    after: '          void requireJson;\n',
    tests: {
      project: 'services',
      file: 'http-protection',
      named: 'changes nothing by what needs no permission to be sent',
    },
  },
  {
    name: 'expired-certificate-served',
    consequence: 'A process starts with a certificate that no caller believes, and every checkout waits.',
    file: 'platform/transport/certificates.ts',
    before: '  if (Number(expiresAt) <= now) {',
    after: '  if (Number(expiresAt) <= 0) {',
    tests: { project: 'services', file: 'tls', named: 'the certificate has expired' },
  },
  {
    name: 'certificate-never-exchanged',
    consequence: 'When the certificate of the start expires, every service is away until it is restarted.',
    file: 'platform/transport/server-certificate.ts',
    before: '        server.setSecureContext(this.#read());\n',
    after: '        this.#read();\n',
    tests: { project: 'services', file: 'tls', named: 'a certificate is exchanged while 50 calls are in flight' },
  },
];
