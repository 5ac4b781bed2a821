import type { PlantedBug } from '../bug.ts';

const matrix = { project: 'services', file: 'access-matrix', named: 'lets in whom its contract names' } as const;
const tokens = { project: 'services', file: 'access' } as const;
const provider = { project: 'services', file: 'access-provider' } as const;
const login = { project: 'services', file: 'access-login' } as const;

/** Who may call what. */
export const access: readonly PlantedBug[] = [
  {
    name: 'token-for-another-system',
    consequence: 'Every user of another system of the same issuer may use this one.',
    file: 'platform/access/authenticator.ts',
    before: '      audience,\n      algorithms,\n',
    after: '      algorithms,\n',
    tests: matrix,
  },
  {
    name: 'token-of-another-issuer',
    consequence: 'The issuer of a test, whose keys came along with ours, makes operators of this system.',
    file: 'platform/access/authenticator.ts',
    before: '      issuer,\n      audience,\n      algorithms,\n',
    after: '      audience,\n      algorithms,\n',
    tests: matrix,
  },
  {
    name: 'roles-not-compared',
    consequence: 'A customer gives himself money back.',
    file: 'platform/access/principal.ts',
    before: '  if (access.some((role) => principal.roles.includes(role))) return;\n',
    after: '  if (access.length > 0) return;\n',
    tests: matrix,
  },
  {
    name: 'strangers-over-grpc',
    consequence: 'Every program that reaches the catalog sets its prices.',
    file: 'platform/grpc/server.ts',
    before: 'await admit(access, call, operation.access, authorization)',
    after: "await admit('everyone', call, operation.access, authorization)",
    tests: matrix,
  },
  {
    name: 'expired-token-remembered',
    consequence: 'Who has left the company goes on working with the token of the last day.',
    file: 'platform/access/authenticator.ts',
    before: 'if (before && before.until > Date.now()) return before.principal;',
    after: 'if (before) return before.principal;',
    tests: { ...tokens, named: 'once a token that was verified has expired' },
  },
  {
    name: 'keys-read-once',
    consequence: 'A key that was stolen and replaced opens every service until its restart.',
    file: 'platform/access/changing-file.ts',
    before: 'if (known?.changedAt !== changedAt) known',
    after: 'if (!known) known',
    tests: { ...tokens, named: 'in a file are read again' },
  },
  {
    name: 'body-of-a-stranger-read',
    consequence: 'A stranger has every service read and check whatever is sent, as much as they like.',
    file: 'platform/http/server.ts',
    before: '      onRequest: async (request) => {\n',
    after: '      preHandler: async (request) => {\n',
    tests: { ...tokens, named: 'refused before its body is read' },
  },
  {
    name: 'withdrawn-key-remembered',
    consequence: 'A token that a thief has signed with a stolen key goes on after the provider has withdrawn the key.',
    file: 'platform/access/authenticator.ts',
    before: 'until: Math.min(expiresAt, now + verifyAgainAfter)',
    after: 'until: expiresAt',
    tests: { ...tokens, named: 'is verified again after a minute' },
  },
  {
    name: 'old-keys-never-dropped',
    consequence: 'A key that the provider has withdrawn opens every service until its restart.',
    file: 'platform/access/key-set.ts',
    before: '      keys.reload().catch(() => undefined);\n',
    after: '',
    tests: { ...provider, named: 'an old one counts no longer once the provider has dropped it' },
  },
  {
    name: 'clock-behind-unnoticed',
    consequence: 'A service whose clock is behind takes tokens long after they have ended.',
    file: 'platform/access/authenticator.ts',
    before: '(payload.iat - clockTolerance) * 1_000 > now',
    after: 'payload.iat < 0',
    tests: { ...tokens, named: 'is refused by a clock that is five minutes behind, with a word about clocks' },
  },
  {
    name: 'a-token-for-each-call',
    consequence: 'The provider is asked as often as the services, and refuses the processes.',
    file: 'platform/access/client-credentials.ts',
    before: '    renewal ??= again\n',
    after: '    renewal = again\n',
    tests: { ...provider, named: 'once for however many calls' },
  },
  {
    name: 'login-readable-by-others',
    consequence: 'Every user of the machine is the operator who has logged in there.',
    file: 'client/login/stored-login.ts',
    before: 'writeState(file, login, { mode: 0o600 });',
    after: 'writeState(file, login);',
    tests: { ...login, named: 'keeps the tokens where only this user reads them' },
  },
];
