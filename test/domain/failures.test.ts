import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { toApplicationFailure } from '../../activities/service-call.ts';
import { customerText, type FailureType, failures, failureTypes, isFailureType } from '../../contracts/catalogue.ts';
import { failureOf, ServiceFailure } from '../../contracts/failures.ts';
import { mailSinkContract } from '../../doubles/mail-sink/contract.ts';
import { failuresPage } from '../../ops/documents/failures-page.ts';
import { everyOperation, type HttpContract } from '../../platform/http/contract.ts';
import { fromAnswer, toProblem } from '../../platform/http/problem.ts';
import { billingContract } from '../../services/billing/contract.ts';
import { communitiesContract } from '../../services/communities/contract.ts';
import { customersContract } from '../../services/customers/contract.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { ledgerContract } from '../../services/ledger/contract.ts';
import { ordersContract } from '../../services/orders/contract.ts';
import { paymentsContract } from '../../services/payments/contract.ts';
import { staffContract } from '../../services/staff/contract.ts';

test.each(failureTypes)('%s goes from a service to the workflow and stays what it is', (type) => {
  const detail = { field: 'lines.0.sku', retryAfterMilliseconds: 1500, facts: { sku: 'product-1', available: 3 } };
  const problem = toProblem(new ServiceFailure(failures[type], 'it did not work', detail));
  expect(problem).toMatchObject({ status: failures[type].httpStatus, title: failures[type].title });

  const body = JSON.parse(JSON.stringify(problem));
  const answer = { status: problem.status, body, retryAfter: undefined };
  const received = fromAnswer('inventory', answer, [failures[type]]);
  expect(received).toMatchObject({ failure: failures[type], message: 'it did not work', detail });
  // To a client whose contract does not have it, it says of itself what it is.
  const { kind, retryable, title } = failures[type];
  expect(fromAnswer('inventory', answer, []).failure).toMatchObject({ type, kind, retryable, title });

  const thrown = toApplicationFailure(received);
  expect(thrown).toMatchObject({
    type,
    message: 'it did not work',
    nonRetryable: !failures[type].retryable,
    category: failures[type].kind === 'expected' ? 'BENIGN' : undefined,
    nextRetryDelay: 1500,
  });
});

test.each([
  [500, 'Internal'],
  [502, 'Internal'],
  [503, 'Unavailable'],
  [504, 'DeadlineExceeded'],
  [408, 'DeadlineExceeded'],
  [429, 'RateLimited'],
  [418, 'Rejected'],
  [409, 'Rejected'],
  [404, 'Rejected'],
  [400, 'Rejected'],
] as const)('an answer of %d that is no problem of ours is %s', (status, type) => {
  expect(fromAnswer('inventory', { status, body: '<html>', retryAfter: undefined }, []).type).toBe(type);
});

test('Retry-After is handed on, as seconds and as a date', () => {
  const told = (value: string | undefined) =>
    fromAnswer('payments', { status: 429, body: {}, retryAfter: value }, []).detail.retryAfterMilliseconds;
  expect([told('7'), told('0'), told('-1'), told('soon'), told(''), told(undefined)]).toEqual([
    7000,
    0,
    0,
    undefined,
    undefined,
    undefined,
  ]);
  expect(told('Fri, 31 Dec 1999 23:59:59 GMT')).toBe(0);
  const hour = 3_600_000;
  expect(told(new Date(Date.now() + 24 * hour).toUTCString())).toBeGreaterThan(23 * hour);
});

test('where no time to wait is told, the retry policy decides', () => {
  for (const retryAfterMilliseconds of [undefined, 0]) {
    const failure = new ServiceFailure('Unavailable', 'away', { retryAfterMilliseconds });
    expect(toApplicationFailure(failure).nextRetryDelay).toBeUndefined();
  }
});

test('no type that comes from outside is trusted', () => {
  expect(['toString', '__proto__', 'constructor', '', 7, undefined].some(isFailureType)).toBe(false);
});

test('docs/failures.md is what the catalogue says', () => {
  const page = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8');
  // It differs: npm run document-failures.
  expect(page).toBe(failuresPage());
});

describe('what people are told', () => {
  const oneSentence = /^[A-Z][^.!?|\n]*\.$/;
  const jargon =
    /\b(api|http|grpc|id|idempoten\w*|server|services?|database|workflow|checkout|request|token|authoriz\w*|captur\w*|sku|time-?out|null|error)\b/i;

  test.each(failureTypes)('of %s is one sentence for the customer without the words of the trade', (type) => {
    expect(customerText(type)).toMatch(oneSentence);
    expect(customerText(type)).not.toMatch(jargon);
    expect(failures[type].operator).toMatch(oneSentence);
    expect(failures[type].title).toMatch(/^[A-Z][^.|\n]+$/);
  });

  test('of an unknown type is that of a failure of ours', () => {
    for (const type of ['TypeError', 'toString', '']) expect(customerText(type)).toBe(customerText('Internal'));
  });
});

/** The text of every source file of a folder that may raise a failure, without comments. */
function sourcesOf(folder: string): string[] {
  const root = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/(^|\/)(generated\/|(\w+-)?contract\.ts$)/.test(file))
    .map((file) => readFileSync(`${root}${file}`, 'utf8').replace(/\/\*.*?\*\/|(?<=^|\s)\/\/[^\n]*/gs, ''));
}

/** The types that a text makes failures of: quoted, and neither compared with nor one of a list. */
function raisedIn(texts: readonly string[]): Set<string> {
  const quoted = /(?<!(?:[=!]==|case|,)\s*|\[)'([A-Z][A-Za-z]+)'/g;
  const object = /(?<!(?:[=!]==|case|,)\s*|\[)\w*[rR]efusals\.([A-Z][A-Za-z]+)/g;
  const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, type]) => type as string);
  return new Set(texts.flatMap((text) => [...found(text, quoted), ...found(text, object)]));
}

/** Workflows and services raise what these rules refuse. */
const rulesOfApprovals = readFileSync(new URL('../../contracts/approvals.ts', import.meta.url), 'utf8');

describe('the code', () => {
  const everywhere = ['activities', 'bridge', 'client', 'platform', 'services', 'doubles', 'workers', 'workflows']
    .flatMap(sourcesOf)
    // The rules of approvals, which processes and services ask alike.
    .concat(readFileSync(new URL('../../contracts/approvals.ts', import.meta.url), 'utf8'));

  test.each(failureTypes)('raises %s somewhere', (type) => {
    expect(raisedIn([...everywhere, rulesOfApprovals])).toContain(type);
  });

  test('raises no type in a workflow or an activity that the catalogue does not have', () => {
    const types = ['workflows', 'activities', 'bridge'].flatMap(sourcesOf).flatMap((text) => {
      return [...text.matchAll(/\btype: '([A-Z]\w+)'/g)].map(([, type]) => type);
    });
    expect(types).not.toHaveLength(0);
    expect(types.filter((type) => !isFailureType(type))).toEqual([]);
  });

  test('leaves it to the failure whether a call is tried again', () => {
    expect(sourcesOf('workflows').filter((text) => text.includes('nonRetryableErrorTypes'))).toEqual([]);
  });

  const contracts: readonly HttpContract[] = [
    billingContract,
    communitiesContract,
    customersContract,
    inventoryContract,
    ledgerContract,
    mailSinkContract,
    ordersContract,
    paymentsContract,
    staffContract,
  ];

  /** What a service raises though none of its operations answers it: to an event, to a webhook, of one of a batch. */
  const elsewhere: Readonly<Record<string, readonly FailureType[]>> = {
    billing: ['CustomerNotFound'],
    ledger: ['IdempotencyConflict'],
    payments: ['InvalidSignature'],
  };

  test.each(contracts.map((contract) => [contract.name, contract] as const))(
    'of %s raises what its contract says and nothing else',
    (name, { operations }) => {
      const raised = [...raisedIn(sourcesOf(name === 'mail-sink' ? `doubles/${name}` : `services/${name}`))].filter(
        isFailureType,
      );
      const declared = Object.values(operations)
        .flatMap((operation) => operation.failures)
        .map((one) => failureOf(one).type);
      const known: readonly string[] = [...declared, ...everyOperation, ...(elsewhere[name] ?? [])];
      expect(raised.filter((type) => !known.includes(type))).toEqual([]);
      expect(declared.filter((type) => !raised.includes(type as FailureType))).toEqual([]);
    },
  );
});
