import type { RabbitMqAccess } from '../../parts/index.ts';

/** The HTTP API of the broker's management plugin, with the login of an administrator. */
export type Management = NonNullable<RabbitMqAccess['management']>;

/**
 * Makes one call of it.
 *
 * @param path below `/api/`; the virtual host `/` is `%2F` there
 * @throws {Error} when the broker refuses it, with what it says
 */
export async function manage(
  { url, user, password }: Management,
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(`${url}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`RabbitMQ refuses ${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
