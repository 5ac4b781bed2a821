import type { PlantedBug } from '../bug.ts';

const matrix = { project: 'services', file: 'access-matrix', named: 'lets in whom its contract names' } as const;

/** Bugs of the front door. */
export const frontDoor: readonly PlantedBug[] = [
  {
    name: 'customer-check-dropped',
    consequence: 'Every customer reads and cancels the checkouts of all others, whose ids are easily guessed.',
    file: 'api/checkouts.ts',
    before: 'if ((await customerOf(checkoutId, caller)) !== caller.customerId) throw unknown(checkoutId);',
    after: 'await customerOf(checkoutId, caller);',
    tests: matrix,
  },
  {
    name: 'actor-taken-from-the-body',
    consequence: 'Who decides writes under the decision whom they like.',
    file: 'api/checkouts-contract.ts',
    before: "      decision: z.enum(['approve', 'refuse'], 'decide `approve` or `refuse`'),\n",
    after:
      "      decision: z.enum(['approve', 'refuse'], 'decide `approve` or `refuse`'),\n      by: z.string().optional(),\n",
    tests: { project: 'domain', file: 'api-examples', named: 'no operation takes from its caller who acts' },
  },
  {
    name: 'front-door-without-limits',
    consequence: 'One program that calls in a loop holds up the whole shop.',
    file: 'api/protection.ts',
    before: '      await requireCalm(await count(request));\n',
    after: '',
    tests: { project: 'services', file: 'api-protection', named: 'is told when to go on' },
  },
  {
    name: 'limits-by-address',
    consequence: 'All customers behind one proxy are held up by the one who calls too often.',
    file: 'api/protection.ts',
    before: '({ principal, ip }) => (principal ?',
    after: '({ principal, ip }) => (!principal ?',
    tests: { project: 'services', file: 'api-protection', named: 'is told when to go on' },
  },
  {
    name: 'token-for-another-front-door',
    consequence: 'The token of the system that runs here is sent to any address that a shell names.',
    file: 'client/services.ts',
    before: "=== running['API_URL'] ? running : {};",
    after: "=== running['API_URL'] ? running : running;",
    tests: { project: 'domain', file: 'front-door-address', named: 'nothing of the one that runs here is used' },
  },
  {
    name: 'watch-from-the-beginning',
    consequence: 'Who is cut off while they watch hears everything twice.',
    file: 'client/followed-process.ts',
    before: 'route.watch(lastEventId)',
    after: 'route.watch(undefined)',
    tests: { project: 'services', file: 'front-door', named: 'behind what was heard last' },
  },
  {
    name: 'result-before-the-end',
    consequence: 'Who asks how a process has ended holds a connection for days.',
    file: 'api/following.ts',
    before: '      if (isEnd(state)) return client.waitForResult(id);',
    after: '      if (state) return client.waitForResult(id);',
    tests: { project: 'system', file: 'api-shop', named: 'is not told before its end' },
  },
  {
    name: 'foreign-invoice-read',
    consequence: 'Every customer reads what all others were invoiced, name and address with it.',
    file: 'api/accounts.ts',
    before: 'readInvoice: ({ invoiceId }, caller) => findInvoice(invoiceId, caller),',
    after: 'readInvoice: ({ invoiceId }, caller) => billing.findInvoice({ invoiceId }, caller.call),',
    tests: matrix,
  },
  {
    name: 'front-door-without-an-address',
    consequence:
      'The front door starts without the address of the reviews, and who asks for them is told that it has failed.',
    file: 'api/role.ts',
    before: '.omit({ MAIL_SINK_URL: true, PAYMENTS_URL: true }).required()',
    after: '.omit({ MAIL_SINK_URL: true, PAYMENTS_URL: true })',
    tests: { project: 'services', file: 'roles', named: 'opens no front door that does not know REVIEWS_URL' },
  },
];
