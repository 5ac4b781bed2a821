import { type DescribedVersion, describeVersions, schemaFiles } from './event-versions.ts';
import type { JsonSchema } from './events-folder.ts';

const introduction = `# Events and commands

<!-- Written by \`npm run document-events\` from events/contracts: change the contracts, not this page. -->

Everything that one part of the system sends to another over RabbitMQ. How the messages travel is in [messaging.md](messaging.md).

- The same for programs: [events/asyncapi.json](events/asyncapi.json) (AsyncAPI 3.0) and one JSON Schema for the data of each version in [events/schemas](events/schemas).
- An **event** states a fact; any number of consumers may take it. A **command** is an order to one service; when no queue takes it, its sender fails.
- Delivery is at least once. The \`id\` is the same however often a message comes; handle it once.
- Fields that a consumer does not know are to be ignored: a new one may come at any time, and is always optional. Anything else is a new major version, with a type of its own.
- Amounts are whole numbers in minor units (cents) of the currency beside them. Times are ISO 8601 in UTC, from 2000 on and before 2200; an offset such as \`+00:00\` is read as well.
- A field that is absent may be written as \`null\`, as serializers of some languages do; it is read as absent.

## How a contract changes

| change | how |
| --- | --- |
| a new optional field | add it to the schema; consumers that run the older code drop it |
| a new event | add it to \`events/contracts\`, and the body of one such message to \`docs/events/examples\` |
| anything else | a new major version beside the old one, by \`newVersion\` with a plain function that raises the older data |

What was released is in \`docs/events/released\`, written by \`npm run release-events\`. A test compares the contracts with it in both directions, because messages of either version meet consumers of either version during a deployment and after a replay. So a value more in a list of values breaks as well: a consumer that runs the older code refuses it.

A new major version is deployed in two steps: first the consumers, which then take both and handle the newest alone; then the publishers. An event keeps its id in every version, so a fact that was published in the older one, and again in the newer one, is handled once. A message in a version that its consumer does not know yet is parked as \`unknown-version\`, and can be sent again after the deployment.`;

/** docs/events.md, from the contracts. */
export function eventsPage(): string {
  const versions = describeVersions();
  const overview = table(
    ['name', 'type', 'published by', 'taken by'],
    versions.map(({ name, type, contract, isNewest, consumers }) => [
      `[${name}](#${anchor(type)})${contract.kind === 'command' ? ' (command)' : ''}`,
      `\`${type}\``,
      isNewest ? contract.publisher : `${contract.publisher}, not any more`,
      consumers.map((consumer) => consumer.name).join(', ') || 'none yet',
    ]),
  );
  const envelope = schemaFiles().get('envelope') ?? {};
  return `${[
    introduction,
    `## Overview\n\n${overview}`,
    `## Envelope\n\nThe body of every message is a CloudEvent 1.0 in structured mode, JSON in UTF-8.\n\n${fields(envelope)}`,
    ...versions.map(section),
  ].join('\n\n')}\n`;
}

function section({ name, type, contract, isNewest, schema, consumers, example }: DescribedVersion): string {
  const queues = consumers.map((consumer) => `${consumer.name} (\`${consumer.queue}\`)`).join(', ');
  return `## ${type}

**${name}**${contract.kind === 'command' ? ', a command' : ''}. ${contract.when}${isNewest ? '' : ' **An earlier version**: it is read, not published.'}

Published by ${contract.publisher}. ${queues ? `Taken by ${queues}.` : 'No consumer takes it yet.'}

${fields(schema)}

<details><summary>An example</summary>

\`\`\`json
${JSON.stringify(example, undefined, 2)}
\`\`\`

</details>`;
}

function fields(schema: JsonSchema): string {
  return table(['field', 'what it is', 'meaning'], rowsOf(schema, ''));
}

/** A row for each field, those of inner objects by their path. */
function rowsOf(schema: JsonSchema, path: string): string[][] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries(properties).flatMap(([property, inner]) => {
    const name = path + property;
    const items = inner['items'] as JsonSchema | undefined;
    return [
      [
        `\`${name}\``,
        `${kindOf(inner)}${required.includes(property) ? '' : ', optional'}`,
        String(inner['description'] ?? ''),
      ],
      ...rowsOf(items ?? inner, items ? `${name}[].` : `${name}.`),
    ];
  });
}

function kindOf(schema: JsonSchema): string {
  const values = schema['enum'] as readonly unknown[] | undefined;
  if (values) return values.map((value) => `\`${value}\``).join(' or ');
  if (schema['const'] !== undefined) return `\`${schema['const']}\``;
  const { type = 'anything', format, minimum, maximum, minItems, maxItems, maxLength } = schema;
  if (type === 'integer') return isLimited(schema) ? `integer, ${minimum} to ${maximum}` : 'integer';
  if (type === 'array') return maxItems === undefined ? 'list' : `list, ${minItems ?? 0} to ${maxItems} entries`;
  if (format !== undefined) return String(format);
  return maxLength === undefined ? String(type) : `${type}, up to ${maxLength} characters`;
}

/** An integer without limits of its own has those of the language. */
const isLimited = ({ maximum }: JsonSchema) => typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER;

/** As people's tools make the anchor of a heading. */
const anchor = (heading: string) => heading.toLowerCase().replace(/[^\w-]/g, '');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
