import { customerText, type FailureType, failures, failureTypes } from '../../contracts/catalogue.ts';

const introduction = `# Failures

<!-- Written by \`npm run document-failures\` from contracts/catalogue.ts: change the catalogue, not this page. -->

Whatever is refused or fails, in a service, an activity, a workflow or a client, has one of these types. The catalogue in \`contracts/\` (\`defects.ts\`, \`refusals.ts\`, and the refusals of a process beside it) is the only place that says what a type means; all else is derived from it:

- **Over HTTP** a failure is an RFC 9457 problem: \`type\` is \`urn:durable-checkout:failure:\` and the type, \`title\` and \`status\` are the catalogue's. \`GET /openapi.json\` lists for every operation and status the types that it may answer with.
- **Over gRPC** it is an error with the catalogue's code and a \`durablecheckout.platform.v1.Failure\` as its detail.
- **In Temporal** it is an \`ApplicationFailure\` of the same \`type\`: \`nonRetryable\` unless it is transient, and of the category \`BENIGN\` when it is expected. Since the failure itself says whether it is tried again, no retry policy lists \`nonRetryableErrorTypes\`. A time to wait that came with it (\`Retry-After\`, an open circuit) is its \`nextRetryDelay\`.
- **An answer without a type** (a proxy, a stranger) is classified by its status or code: the transient failure that alone has it, otherwise \`Internal\` for a failure of the server and \`Rejected\` for a refusal.
- **A checkout** that ends early has the type as its reason. A program that speaks to customers takes their sentence from \`customerText(type)\`; a failure's own message is for people who know the system.`;

interface Section {
  readonly title: string;
  readonly text: string;
  readonly has: (type: FailureType) => boolean;
}

const sections: readonly Section[] = [
  {
    title: 'Expected: refusals that belong to the business',
    text: 'Not tried again: the answer would be the same. They raise no alert.',
    has: (type) => failures[type].kind === 'expected',
  },
  {
    title: 'Defects that are not tried again',
    text: 'The same call would be refused again: something has to be fixed first.',
    has: (type) => failures[type].kind === 'defect' && !failures[type].retryable,
  },
  {
    title: 'Defects that are tried again',
    text: 'The same call may succeed later. Whether it took effect is known only when it is answered.',
    has: (type) => failures[type].kind === 'defect' && failures[type].retryable,
  },
];

/** docs/failures.md, from the failure catalogue. */
export function failuresPage(): string {
  const parts = sections.map(({ title, text, has }) => `## ${title}\n${text}\n\n${table(failureTypes.filter(has))}`);
  return `${[introduction, ...parts].join('\n\n')}\n`;
}

function table(types: readonly FailureType[]): string {
  const rows = types.map((type) => {
    const { title, httpStatus, grpcCode, operator } = failures[type];
    return [`\`${type}\``, title, httpStatus, `\`${grpcCode}\``, customerText(type), operator];
  });
  const head = ['type', 'title', 'HTTP', 'gRPC', 'the customer reads', 'the operator does'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
