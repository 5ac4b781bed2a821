import { setTimeout as delay } from 'node:timers/promises';
import { collectDefaultMetrics, Gauge, Registry, register } from 'prom-client';
import { currentObservation } from './current-role.ts';

/** Often enough to see a blocked event loop, seldom enough that an idle process sleeps; in milliseconds. */
const eventLoopSampling = 100;

/** How long a source of an {@link ObservableGauge} may take while Prometheus waits, in milliseconds. */
const answerTimeoutMilliseconds = 1_000;

/** Memory, processor and event loop: what roles of one process have in common. */
const ofTheProcess = new Registry();

/** Where the metrics of the role are that the caller works for; outside of every role, those of the program. */
const currentRegistry = (): Registry => currentObservation()?.registry ?? register;

const declared: (() => unknown)[] = [];

/**
 * Declares a metric of which every role of the process has its own.
 *
 * @param create makes it in the registry of one role
 * @returns the one of the role that the caller works for
 */
export function ofEachRole<Metric extends object>(create: (registers: Registry[]) => Metric): () => Metric {
  const byRegistry = new WeakMap<Registry, Metric>();
  const ofCurrentRole = () => {
    const registry = currentRegistry();
    let metric = byRegistry.get(registry);
    if (!metric) {
      metric = create([registry]);
      byRegistry.set(registry, metric);
    }
    return metric;
  };
  declared.push(ofCurrentRole);
  return ofCurrentRole;
}

interface Source {
  readonly labels: Readonly<Record<string, string>>;
  readonly ask: () => number | Promise<number>;
}

/**
 * A gauge that asks for its values whenever the metrics are read; sources of the same labels are added up. One that fails
 * or is late shows nothing.
 */
export class ObservableGauge {
  readonly #sources: () => Set<Source>;

  constructor(name: string, help: string, labelNames: readonly string[] = []) {
    this.#sources = ofEachRole((registers) => {
      const sources = new Set<Source>();
      const gauge = new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect: async () => {
          const answers = await Promise.all([...sources].map(answerOf));
          gauge.reset();
          // Without labels a reset leaves a zero, which would be reported for an unknown value.
          if (labelNames.length === 0) gauge.remove({});
          for (const { labels, value } of answers) if (value !== undefined) gauge.inc(labels, value);
        },
      });
      return sources;
    });
  }

  /** Adds a source. @returns what takes it away again */
  show(labels: Source['labels'], ask: Source['ask']): () => void {
    const source = { labels, ask };
    const sources = this.#sources();
    sources.add(source);
    return () => sources.delete(source);
  }
}

async function answerOf({ labels, ask }: Source): Promise<{ labels: Source['labels']; value: number | undefined }> {
  const answer = (async () => ask())();
  const late = delay(answerTimeoutMilliseconds, undefined, { ref: false });
  return { labels, value: await Promise.race([answer.catch(() => undefined), late]) };
}

/** Everything that the role measures for which the caller asks, and its process, in the text format of Prometheus. */
export async function renderMetrics(): Promise<{ readonly contentType: string; readonly text: string }> {
  // One that has counted nothing yet shows its zero, from which a first error is seen to differ.
  for (const metric of declared) metric();
  const all = Registry.merge([currentRegistry(), ofTheProcess]);
  return { contentType: all.contentType, text: await all.metrics() };
}

/** Measures this process itself from now on: memory, processor, event loop. */
export function measureProcess(): void {
  collectDefaultMetrics({ register: ofTheProcess, eventLoopMonitoringPrecision: eventLoopSampling });
}
