import { context, createContextKey, trace } from '@opentelemetry/api';
import type { Principal } from './principal.ts';

const key = createContextKey('the subject of the call');

/**
 * Answers a call of a principal: its span and the lines that are logged meanwhile have the subject, as OpenTelemetry names it.
 * Neither has a name, an address or a token.
 */
export function asSubject<Result>(principal: Principal | undefined, work: () => Result): Result {
  if (!principal) return work();
  trace.getActiveSpan()?.setAttribute('enduser.id', principal.subject);
  return context.with(context.active().setValue(key, principal.subject), work);
}

/** What joins a line of the log to who calls; nothing outside of a call. */
export function subjectOfLog(): { subject?: string } {
  const subject = context.active().getValue(key);
  return typeof subject === 'string' ? { subject } : {};
}
