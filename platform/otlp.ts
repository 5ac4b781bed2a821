import { appendFileSync } from 'node:fs';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Logger } from './logging.ts';

/** Sends spans to the collector that OpenTelemetry's own variables name, `OTEL_EXPORTER_OTLP_HEADERS` and others among them. */
export const httpSpanExporter = (logger: Logger): SpanExporter => new ToldExporter(new OTLPTraceExporter(), logger);

/** Appends spans to a file, one OTLP request a line: what several processes write at the same time stays apart. */
export const fileSpanExporter = (file: string, logger: Logger): SpanExporter =>
  new ToldExporter(
    {
      export(spans, done) {
        try {
          appendFileSync(file, Buffer.concat([JsonTraceSerializer.serializeRequest(spans) ?? Buffer.of(), newLine]));
          done({ code: ExportResultCode.SUCCESS });
        } catch (error) {
          done({ code: ExportResultCode.FAILED, error: error as Error });
        }
      },
      shutdown: async () => undefined,
    },
    logger,
  );

const newLine = Buffer.from('\n');

/** Says in the log when spans begin to be lost, and when they are taken again. */
class ToldExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #logger: Logger;
  #hasFailed = false;

  constructor(exporter: SpanExporter, logger: Logger) {
    this.#exporter = exporter;
    this.#logger = logger;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      const hasFailed = result.code !== ExportResultCode.SUCCESS;
      if (hasFailed && !this.#hasFailed) {
        this.#logger.warn({ err: result.error }, 'spans cannot be handed over; they are lost');
      }
      if (!hasFailed && this.#hasFailed) this.#logger.info('spans are taken again');
      this.#hasFailed = hasFailed;
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
