import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder with the migrations of a service, or of what stands in for one. */
export function migrationsOf(name: string): string {
  const folders = ['services', 'doubles'].map((room) =>
    fileURLToPath(new URL(`../${room}/${name}/migrations`, import.meta.url)),
  );
  const found = folders.find((folder) => existsSync(folder));
  if (!found) throw new Error(`there are no migrations of ${name}`);
  return found;
}
