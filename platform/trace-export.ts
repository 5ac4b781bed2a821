import { context, propagation, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { z } from 'zod';
import { readConfiguration, readVariable } from './configuration.ts';
import { currentObservation } from './current-role.ts';
import type { Logger } from './logging.ts';
import { keepsSpans } from './tracing.ts';

const headersVariable = 'OTEL_EXPORTER_OTLP_HEADERS';

const environment = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'use the address of a collector: http://host:4318' })
    .optional(),
  OTEL_TRACES_FILE: z.string().optional(),
});

/** Traces that a role or a program takes part in. */
interface Tracing {
  /** What its spans are made by; none where none are kept. */
  readonly tracers: TracerProvider | undefined;
  /** Hands over what is left. */
  stop(): Promise<void>;
}

/**
 * Lets a role, or a program that is none, take part in traces. What belongs to no role is told by the first that was
 * started in the process. Without `OTEL_EXPORTER_OTLP_ENDPOINT` (a collector that takes OTLP over HTTP)
 * and `OTEL_TRACES_FILE` (a file, for tests and for one machine) it keeps no spans and only hands on the trace of its
 * callers. OpenTelemetry's own `OTEL_TRACES_SAMPLER` and `OTEL_RESOURCE_ATTRIBUTES` are heeded. All of these are the
 * process's: roles that share it share them.
 *
 * @param name what its spans bear as `service.name`
 * @throws {ConfigurationError} when the address is wrong
 */
export async function startTracing(name: string, logger: Logger): Promise<Tracing> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_FILE: file } = readConfiguration(environment, process.env);
  const headers = readVariable(headersVariable, process.env);
  // Its library reads them there.
  if (headers) process.env[headersVariable] = headers;
  delete process.env[`${headersVariable}_FILE`];
  if (!keepsSpans) return { tracers: undefined, stop: async () => undefined };
  // What keeps spans is loaded only where they are kept.
  const [{ BatchSpanProcessor, NodeTracerProvider, SimpleSpanProcessor }, { Resource, envDetectorSync }, otlp] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/resources'),
      import('./otlp.ts'),
    ]);
  const provider = new NodeTracerProvider({
    resource: Resource.default()
      .merge(new Resource({ 'service.name': name }))
      .merge(new Resource(envDetectorSync.detect().attributes)),
    spanProcessors: [
      ...(endpoint ? [new BatchSpanProcessor(otlp.httpSpanExporter(logger))] : []),
      ...(file ? [new SimpleSpanProcessor(otlp.fileSpanExporter(file, logger))] : []),
    ],
  });
  trace.setGlobalTracerProvider({
    getTracer: (...library) =>
      new CurrentTracer(() => (currentObservation()?.tracers ?? provider).getTracer(...library)),
  });
  return { tracers: provider, stop: () => provider.shutdown().catch(() => undefined) };
}

/** Libraries ask for a tracer once; whose spans it makes is seen at each span. */
class CurrentTracer implements Tracer {
  readonly #current: () => Tracer;

  constructor(current: () => Tracer) {
    this.#current = current;
  }

  startSpan(...span: Parameters<Tracer['startSpan']>) {
    return this.#current().startSpan(...span);
  }

  startActiveSpan(...span: unknown[]) {
    return (this.#current().startActiveSpan as (...span: unknown[]) => never)(...span);
  }
}
