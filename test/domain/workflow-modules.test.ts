import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const project = new URL('../../', import.meta.url);
const filesOf = (folder: string) =>
  readdirSync(new URL(folder, project), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}${file}`);

/** What the sandbox of the workflows loads beside the SDK. */
const modules = [...filesOf('workflows/'), ...filesOf('contracts/'), 'bridge/workflow.ts'].filter((file) =>
  file.endsWith('.ts'),
);

/** What can be written at the top of a module and changed later; a `ReadonlyMap` or `ReadonlySet` cannot. */
const state = [
  /^(export )?(let|var) .*$/m,
  /^(export )?const \w+(: (?!Readonly).*)? = new (Weak)?(Map|Set)\b.*$/m,
  /^ {2}static (?!readonly).*$/m,
];

// All workflows of a worker share them: what one left in a module, another would find, and a replay would not.
test.each(modules)('%s keeps no state between workflows', (file) => {
  const source = readFileSync(new URL(file, project), 'utf8');
  expect(state.map((pattern) => pattern.exec(source)?.[0]).filter(Boolean)).toEqual([]);
});
