/** What can go wrong with a part, as a word that code can branch on. */
export type PartErrorReason =
  | 'damaged-file'
  | 'disk-full'
  | 'failed'
  | 'in-use'
  | 'missing-tool'
  | 'no-network'
  | 'not-permitted'
  | 'old-version'
  | 'port-taken'
  | 'stopped-by-itself'
  | 'unreachable'
  | 'wrong-setting';

/** One trouble with one part of the stack: what happened, and what the reader can do about it. */
export class PartError extends Error {
  override readonly name = 'PartError';
  /** The part as people call it, e.g. `RabbitMQ`. */
  readonly part: string;
  readonly reason: PartErrorReason;
  /** What happened and what it means: whole sentences. */
  readonly happened: string;
  /** What to do: whole sentences. */
  readonly remedy: string;

  constructor(part: string, details: { reason: PartErrorReason; happened: string; remedy: string; cause?: unknown }) {
    super(`${part}: ${details.happened} ${details.remedy}`, { cause: details.cause });
    this.part = part;
    this.reason = details.reason;
    this.happened = details.happened;
    this.remedy = details.remedy;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  if ('message' in thrown && typeof thrown.message === 'string' && thrown.message !== '') return thrown.message;
  // What a connection to several addresses fails with has no message of its own.
  if ('errors' in thrown && Array.isArray(thrown.errors)) return thrown.errors.map(messageOf).join('; ');
  return codeOf(thrown) ?? String(thrown);
}

/** The system's code of an error (`ENOENT`, `ENOSPC`, …), or undefined. */
export function codeOf(thrown: unknown): string | undefined {
  // Not `instanceof`: under a test runner the system's errors come from another realm.
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
