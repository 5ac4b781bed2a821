import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the documents of the events are, with a slash at the end. */
export const eventsFolder = fileURLToPath(new URL('../../docs/events/', import.meta.url));

export type JsonSchema = { readonly [keyword: string]: unknown };

/** The JSON files in one folder of the events' documents, by name without `.json`. */
export function readJsonFiles(folder: 'schemas' | 'examples' | 'released'): Map<string, JsonSchema> {
  const names = readdirSync(eventsFolder + folder).filter((name) => name.endsWith('.json'));
  return new Map(names.map((name) => [name.slice(0, -'.json'.length), readJson(`${eventsFolder}${folder}/${name}`)]));
}

function readJson(file: string): JsonSchema {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: fix it, or copy the one of another event`, {
      cause: error,
    });
  }
}
