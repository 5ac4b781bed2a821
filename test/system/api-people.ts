import path from 'node:path';
import { type ApiClient, apiContract } from '../../api/contract.ts';
import type { PersonRole } from '../../contracts/access.ts';
import { LocalIssuer } from '../../platform/access/local-issuer.ts';
import { createHttpClient } from '../../platform/http/client.ts';

let issuer: Promise<LocalIssuer> | undefined;

/** The token of a person of the running system. */
export async function tokenOf(subject: string, ...roles: PersonRole[]): Promise<string> {
  issuer ??= LocalIssuer.open(path.dirname(process.env['ACCESS_TOKEN_FILE'] ?? ''));
  return (await issuer).issue(subject, roles);
}

const apiUrl = (): string => process.env['API_URL'] ?? '';

/** The front door of the running system, for one person. */
export function apiFor(subject: string, ...roles: PersonRole[]): ApiClient {
  const token = tokenOf(subject, ...roles);
  return createHttpClient(apiContract, { url: apiUrl(), token: () => token, timeoutMilliseconds: 30_000 });
}

/** Sends a call as it is, for what the typed client does not let through. */
export async function send(
  method: string,
  route: string,
  { token, body, headers }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const answer = await fetch(`${apiUrl()}${route}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
}
