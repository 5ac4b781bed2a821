import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeWhole } from '../platform/state-file.ts';
import { PartError } from './part-error.ts';

/**
 * The password of a part's administrator, which is made at the first start and kept where only its user may read it.
 *
 * @param part what people call the part
 * @throws PartError when the file holds something else
 */
export function rememberedPassword(part: string, file: string): string {
  if (!existsSync(file)) writeWhole(file, randomBytes(18).toString('hex'), { mode: 0o600 });
  const password = readFileSync(file, 'utf8').trim();
  if (/^[0-9a-f]{36}$/.test(password)) return password;
  throw new PartError(part, {
    reason: 'damaged-file',
    happened: `${file} is damaged: it does not hold the password of ${part}'s administrator.`,
    remedy: 'Restore the file, or remove its folder together with the data to start with an empty one.',
  });
}
