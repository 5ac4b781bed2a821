import { setTimeout as delay } from 'node:timers/promises';
import type { System } from '../../ops/system/system.ts';
import { readMetric } from '../metrics.ts';
import { byProcess, type ProcessTarget, processes } from './targets.ts';

/** The memory of one process at one moment. */
export interface MemorySample {
  /** Share of the soak that is over, 0 to 1. */
  readonly at: number;
  /** Resident, in bytes. */
  readonly bytes: number;
}

/** Of all consumers together; what a process did in the moment before it was killed is missing. */
export interface Counts {
  /** Deliveries that the broker has marked as repetitions. */
  readonly redelivered: number;
  /** What an inbox has dropped because it was handled already. */
  readonly duplicatesDropped: number;
  /** Messages that went through a retry tier. */
  readonly retried: number;
  /** Messages that were parked. */
  readonly deadLettered: number;
}

/** What the processes told of themselves while they lived. */
export interface Watched {
  readonly memory: Readonly<Record<ProcessTarget, readonly MemorySample[]>>;
  readonly counts: Counts;
}

const every = 2_000;
const answerWithin = 1_500;
const counters = {
  redelivered: ['messaging_redeliveries_total', {}],
  duplicatesDropped: ['messaging_process_duration_seconds_count', { outcome: 'duplicate' }],
  retried: ['messaging_retries_total', {}],
  deadLettered: ['messaging_failed_messages_total', {}],
} as const satisfies Record<keyof Counts, readonly [string, object]>;
const counterNames = Object.keys(counters) as (keyof Counts)[];

/** Reads the metrics of bridge and consumers again and again; a counter goes on where it was when its process is another. */
export class Watch {
  readonly #system: Pick<System, 'addresses' | 'processId'>;
  readonly #begun = performance.now();
  readonly #lasts: number;
  readonly #stopped = new AbortController();
  readonly #watching: Promise<void>;
  readonly #memory = byProcess((): MemorySample[] => []);
  readonly #counts = { redelivered: 0, duplicatesDropped: 0, retried: 0, deadLettered: 0 };
  readonly #last = new Map<string, number>();

  /** @param lasts milliseconds of the soak; memory counts until then */
  constructor(system: Pick<System, 'addresses' | 'processId'>, lasts: number) {
    this.#system = system;
    this.#lasts = lasts;
    this.#watching = this.#watch();
  }

  get watched(): Watched {
    return { memory: this.#memory, counts: this.#counts };
  }

  /** Reads the metrics of one process; one that does not answer is left out. */
  async read(name: ProcessTarget): Promise<void> {
    const processId = this.#system.processId(name);
    const address = this.#system.addresses[`${name.toUpperCase().replaceAll('-', '_')}_METRICS_URL`];
    const text = await fetch(String(address), { signal: AbortSignal.timeout(answerWithin) }).then(
      (answer) => answer.text(),
      () => undefined,
    );
    if (text === undefined || processId === undefined || this.#system.processId(name) !== processId) return;
    for (const counter of counterNames) {
      const [metric, labels] = counters[counter];
      const value = readMetric(text, metric, labels) ?? 0;
      const series = `${processId} ${counter}`;
      this.#counts[counter] += value - (this.#last.get(series) ?? 0);
      this.#last.set(series, value);
    }
    const at = (performance.now() - this.#begun) / this.#lasts;
    const bytes = readMetric(text, 'process_resident_memory_bytes');
    if (bytes !== undefined && at <= 1) this.#memory[name].push({ at, bytes });
  }

  /** Reads everything once more, and then no more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
    await this.#readAll();
  }

  async #readAll(): Promise<void> {
    await Promise.all(processes.map((name) => this.read(name)));
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#readAll();
      await delay(every, undefined, { signal }).catch(() => undefined);
    }
  }
}
