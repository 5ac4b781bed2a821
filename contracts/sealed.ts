import { z } from 'zod';

/** What of a message only those read who have its key: the id of the key, a dot, and the sealed bytes in base64url. */
export const sealedSchema = z
  .string()
  .max(10_000)
  .regex(/^[\w.-]{1,100}\.[\w-]{38,}$/, 'is the id of a key, a dot, and sealed bytes in base64url');
