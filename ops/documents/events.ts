import { rmSync, writeFileSync } from 'node:fs';
import { eventsDocuments } from './events-documents.ts';
import { eventsFolder, readJsonFiles } from './events-folder.ts';

const documents = eventsDocuments();
for (const [path, text] of documents) writeFileSync(`${eventsFolder}../${path}`, text);
for (const name of readJsonFiles('schemas').keys()) {
  const path = `schemas/${name}.json`;
  if (!documents.has(`events/${path}`)) rmSync(eventsFolder + path);
}
