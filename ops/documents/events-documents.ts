import { asyncApiDocument } from './asyncapi.ts';
import { schemaFiles } from './event-versions.ts';
import { eventsPage } from './events-page.ts';

/** Every file that is made from the event contracts: its text by its path in docs/. */
export function eventsDocuments(): Map<string, string> {
  return new Map([
    ['events.md', eventsPage()],
    ['events/asyncapi.json', toText(asyncApiDocument())],
    ...[...schemaFiles()].map(([name, schema]): [string, string] => [`events/schemas/${name}.json`, toText(schema)]),
  ]);
}

function toText(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
