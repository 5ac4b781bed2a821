import { appendFileSync } from 'node:fs';
import type { Attributes, HrTime } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Logger } from './logging.ts';

/** How long a collector may take, in milliseconds. */
const longestExport = 10_000;

/** Hands spans over; the log says when that begins to fail and when it works again. Spans that were refused are lost. */
abstract class Exporter implements SpanExporter {
  readonly #logger: Logger;
  #hasFailed = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  protected abstract write(request: string): void | Promise<void>;

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#export(spans).then(
      () => done({ code: ExportResultCode.SUCCESS }),
      (error: Error) => done({ code: ExportResultCode.FAILED, error }),
    );
  }

  async shutdown(): Promise<void> {}

  async #export(spans: readonly ReadableSpan[]): Promise<void> {
    try {
      await this.write(JSON.stringify(toExportRequest(spans)));
      if (this.#hasFailed) this.#logger.info('spans are taken again');
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#logger.warn({ err: error }, 'spans cannot be handed over; they are lost');
      this.#hasFailed = true;
      throw error;
    }
  }
}

/** Sends spans to a collector: OTLP over HTTP, as JSON. */
export class HttpSpanExporter extends Exporter {
  readonly #url: string;

  /** @param endpoint the address of the collector, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it */
  constructor(endpoint: string, logger: Logger) {
    super(logger);
    this.#url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  }

  protected async write(request: string): Promise<void> {
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: request,
      signal: AbortSignal.timeout(longestExport),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${this.#url} answered ${answer.status}`);
  }
}

/** Appends spans to a file, one OTLP request a line: what several processes write at the same time stays apart. */
export class FileSpanExporter extends Exporter {
  readonly #file: string;

  constructor(file: string, logger: Logger) {
    super(logger);
    this.#file = file;
  }

  protected write(request: string): void {
    appendFileSync(this.#file, `${request}\n`);
  }
}

/** An `ExportTraceServiceRequest` in the JSON encoding of OTLP. */
function toExportRequest(spans: readonly ReadableSpan[]): object {
  return {
    resourceSpans: [...Map.groupBy(spans, ({ resource }) => resource)].map(([resource, ofResource]) => ({
      resource: { attributes: toAttributes(resource.attributes) },
      scopeSpans: [...Map.groupBy(ofResource, ({ instrumentationLibrary }) => instrumentationLibrary.name)].map(
        ([name, ofScope]) => ({ scope: { name }, spans: ofScope.map(toSpan) }),
      ),
    })),
  };
}

function toSpan(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    ...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
    name: span.name,
    // OTLP counts the kinds from 1: 0 is one that was not told.
    kind: span.kind + 1,
    startTimeUnixNano: toNanoseconds(span.startTime),
    endTimeUnixNano: toNanoseconds(span.endTime),
    attributes: toAttributes(span.attributes),
    events: span.events.map(({ name, time, attributes = {} }) => ({
      name,
      timeUnixNano: toNanoseconds(time),
      attributes: toAttributes(attributes),
    })),
    status: span.status,
  };
}

const toNanoseconds = ([seconds, nanoseconds]: HrTime): string =>
  `${BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)}`;

function toAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : { key, value: toValue(value) },
  );
}

function toValue(value: unknown): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toValue) } };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { stringValue: String(value) };
}
