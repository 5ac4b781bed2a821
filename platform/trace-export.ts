import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { z } from 'zod';
import { readConfiguration } from './configuration.ts';
import type { Logger } from './logging.ts';
import { keepsSpans } from './tracing.ts';

const environment = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'use the address of a collector: http://host:4318' })
    .optional(),
  OTEL_TRACES_FILE: z.string().optional(),
});

/**
 * Lets this process take part in traces. Without `OTEL_EXPORTER_OTLP_ENDPOINT` (a collector that takes OTLP over HTTP)
 * and `OTEL_TRACES_FILE` (a file, for tests and for one machine) it keeps no spans and only hands on the trace of its
 * callers. OpenTelemetry's own `OTEL_TRACES_SAMPLER` and `OTEL_RESOURCE_ATTRIBUTES` are heeded.
 *
 * @param name the name of the process, which its spans bear as `service.name`
 * @throws {ConfigurationError} when the address is wrong
 */
export async function startTracing(name: string, logger: Logger): Promise<{ stop(): Promise<void> }> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_FILE: file } = readConfiguration(environment);
  if (!keepsSpans) return { stop: async () => undefined };
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
      ...(endpoint ? [new BatchSpanProcessor(new otlp.HttpSpanExporter(endpoint, logger))] : []),
      ...(file ? [new SimpleSpanProcessor(new otlp.FileSpanExporter(file, logger))] : []),
    ],
  });
  trace.setGlobalTracerProvider(provider);
  return { stop: () => provider.shutdown().catch(() => undefined) };
}
