import { writeFileSync } from 'node:fs';
import { describeScript } from '../../platform/script.ts';
import { breakingChanges } from './compatibility.ts';
import { schemaFiles } from './event-versions.ts';
import { eventsFolder, readJsonFiles } from './events-folder.ts';

describeScript(
  'npm run release-events',
  'Keeps the contracts as they are now as released: from here on a breaking change is refused.',
).parse();

const present = schemaFiles();
const changes = breakingChanges(readJsonFiles('released'), present);
if (changes.length > 0) {
  for (const { text } of changes) console.error(text);
  console.error(
    'Nothing was released. Make a new major version of these events (newVersion in messaging/envelope/contracts.ts). ' +
      'To give up a version that cannot come any more, delete its file in docs/events/released.',
  );
  process.exitCode = 1;
} else {
  for (const [name, schema] of present) {
    writeFileSync(`${eventsFolder}released/${name}.json`, `${JSON.stringify(schema, undefined, 2)}\n`);
  }
  console.log(`${present.size} contracts are released, in docs/events/released.`);
}
