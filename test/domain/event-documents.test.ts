import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Parser } from '@asyncapi/parser';
import { expect, test } from '@jest/globals';
import { describeVersions } from '../../ops/documents/event-versions.ts';
import { eventsDocuments } from '../../ops/documents/events-documents.ts';
import { readJsonFiles } from '../../ops/documents/events-folder.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const documents = [...eventsDocuments()];

test.each(documents)('docs/%s is as the contracts are; `npm run document-events` writes it', (path, text) => {
  expect(readFileSync(docs + path, 'utf8')).toBe(text);
});

test('no schema is left of an event that is gone', () => {
  const expected = documents.flatMap(([path]) => /^events\/schemas\/(.*)\.json$/.exec(path)?.[1] ?? []);
  expect([...readJsonFiles('schemas').keys()].sort()).toEqual(expected.sort());
});

test('the AsyncAPI document is valid for the official parser, its examples among it', async () => {
  const { document, diagnostics } = await new Parser().parse(readFileSync(`${docs}events/asyncapi.json`, 'utf8'));

  // 3.0 is what the tools for AMQP read; that there is 3.1 is no defect.
  const defects = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  expect(defects.map(({ code, path, message }) => `${code} at ${path.join('/')}: ${message}`)).toEqual([]);
  const operations = document?.operations().all() ?? [];
  const named = (action: 'isSend' | 'isReceive') =>
    operations
      .filter((operation) => operation[action]())
      .flatMap((operation) =>
        operation
          .channels()
          .all()
          .map((channel) => channel.address()),
      )
      .sort();
  const versions = describeVersions();
  expect(named('isSend')).toEqual(
    versions
      .filter(({ isNewest }) => isNewest)
      .map(({ type }) => type)
      .sort(),
  );
  expect(named('isReceive')).toEqual(versions.flatMap(({ type, consumers }) => consumers.map(() => type)).sort());
});
