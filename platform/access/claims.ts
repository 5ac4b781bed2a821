import type { JWTPayload } from 'jose';
import { z } from 'zod';

/**
 * The roles that a token gives.
 *
 * @param claim where they stand: a name, such as `https://shop.example/roles`, or a path, such as `realm_access.roles`
 */
export function rolesIn(payload: JWTPayload, claim: string): string[] {
  const names = Object.hasOwn(payload, claim) ? [claim] : claim.split('.');
  const found = names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], payload);
  return z.array(z.string()).catch([]).parse(found);
}
