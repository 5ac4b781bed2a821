import { rmSync, writeFileSync } from 'node:fs';
import { describeScript } from '../../platform/script.ts';
import { eventsDocuments } from './events-documents.ts';
import { eventsFolder, readJsonFiles } from './events-folder.ts';

describeScript(
  'npm run document-events',
  'Writes docs/events.md, the AsyncAPI document and the JSON schemas from the contracts.',
).parse();

const documents = eventsDocuments();
for (const [path, text] of documents) writeFileSync(`${eventsFolder}../${path}`, text);
for (const name of readJsonFiles('schemas').keys()) {
  const path = `schemas/${name}.json`;
  if (!documents.has(`events/${path}`)) rmSync(eventsFolder + path);
}
