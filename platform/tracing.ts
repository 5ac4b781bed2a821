import {
  type Attributes,
  context,
  isSpanContextValid,
  propagation,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { LogEvent } from 'kysely';
import { ServiceFailure } from '../contracts/failures.ts';

/** Header fields as a message or a request carries them. */
export type Carrier = Readonly<Record<string, unknown>>;

export interface SpanDescription {
  readonly name: string;
  readonly kind: keyof typeof SpanKind;
  readonly attributes?: Attributes;
  /** The headers that name the parent; by default the span around the call. */
  readonly from?: Carrier;
}

const tracer = () => trace.getTracer('durable-checkout');

/** Whether this process keeps spans: its environment says where to send them. */
export const keepsSpans = Boolean(process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] || process.env['OTEL_TRACES_FILE']);

/** A span that has not ended. */
export interface OpenSpan {
  /** Does work inside of it: what the work calls, sends or queries belongs to it. */
  within<Result>(work: () => Result): Result;
  end(): void;
  /** Ends it with what went wrong. */
  fail(error: unknown): void;
}

/** Opens a span. In a process that keeps none, the trace that a caller has begun is carried on all the same. */
export function openSpan({ name, kind, attributes = {}, from }: SpanDescription): OpenSpan {
  const parent = from ? propagation.extract(context.active(), from) : context.active();
  const span = tracer().startSpan(name, { kind: SpanKind[kind], attributes }, parent);
  const inner = trace.setSpan(parent, span);
  return {
    within: (work) => context.with(inner, work),
    end: () => span.end(),
    fail(error) {
      markFailed(span, error);
      span.end();
    },
  };
}

/** Does work in a span of its own. */
export async function inSpan<Result>(description: SpanDescription, work: () => Promise<Result>): Promise<Result> {
  const span = openSpan(description);
  try {
    const result = await span.within(work);
    span.end();
    return result;
  } catch (error) {
    span.fail(error);
    throw error;
  }
}

/** Where no spans are kept and no caller has begun a trace, there are spans that belong to none. */
function currentSpan(): SpanContext | undefined {
  const current = trace.getActiveSpan()?.spanContext();
  return current && isSpanContextValid(current) ? current : undefined;
}

/** Whether the caller is in a trace. */
export const isTraced = (): boolean => currentSpan() !== undefined;

/** A refusal that the catalogue expects is told as such, and is no error of the system. */
function markFailed(span: Span, error: unknown): void {
  const type = error instanceof ServiceFailure ? error.type : error instanceof Error ? error.name : typeof error;
  span.setAttribute('error.type', type);
  if (error instanceof ServiceFailure && error.failure.kind === 'expected') return;
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
}

/** Does work in the trace that these headers name; where they name none, in the current one. */
export function inTraceOf<Result>(headers: Carrier, work: () => Result): Result {
  return context.with(propagation.extract(context.active(), headers), work);
}

/** The headers that carry the current trace to another process (W3C Trace Context); none outside of a trace. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** What joins a line of the log to its trace, in the words of OpenTelemetry; nothing outside of a trace. */
export function traceOfLog(): { trace_id?: string; span_id?: string } {
  const current = currentSpan();
  return current ? { trace_id: current.traceId, span_id: current.spanId } : {};
}

/** Adds a query to the trace that it belongs to, as a span of the time that it took. Its parameters stay out. */
export function traceQuery({ level, query, queryDurationMillis, ...event }: LogEvent): void {
  if (!trace.getActiveSpan()?.isRecording()) return;
  const text = query.sql.trim();
  const operation = text.split(/\s/, 1)[0]?.toLowerCase() ?? '';
  const end = Date.now();
  const span = tracer().startSpan(`postgresql ${operation}`, {
    kind: SpanKind.CLIENT,
    startTime: end - queryDurationMillis,
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.text': text },
  });
  if (level === 'error' && 'error' in event) markFailed(span, event.error);
  span.end(end);
}
