import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Part, PartContext, PartName, TlsFiles } from './part.ts';
import { titles } from './part.ts';
import { PartError } from './part-error.ts';
import { PartRunner } from './part-runner.ts';
import { type Ports, rememberedPorts } from './ports.ts';
import { postgresPorts } from './postgres.ts';
import { outsideFolder, removeOrphans } from './postgres-folder.ts';
import { rabbitMqPorts } from './rabbitmq.ts';
import { type Report, secondsSince } from './report.ts';
import { stopMarked, takeFolder } from './stack-record.ts';
import { Supervisor } from './supervisor.ts';
import { temporalPorts } from './temporal.ts';

const purposes: Record<PartName, readonly string[]> = {
  temporal: temporalPorts,
  rabbitmq: rabbitMqPorts,
  postgres: postgresPorts,
};

/** How a part is made ready to start. */
export type Prepare<Access> = (context: PartContext) => Promise<{ part: Part; access: Access }>;

/** The processes of one stack in one folder. */
export class Stack {
  readonly #dataDirectory: string;
  readonly #temporary: boolean;
  readonly #report: Report;
  readonly #release: () => void;
  readonly #tls: TlsFiles | undefined;
  readonly #supervisor: Supervisor;
  readonly #runners = new Map<PartName, PartRunner>();
  readonly #failure = new AbortController();
  #ports: Ports = {};
  #stopping: Promise<void> | undefined;

  private constructor(
    dataDirectory: string,
    temporary: boolean,
    report: Report,
    release: () => void,
    tls: TlsFiles | undefined,
  ) {
    this.#dataDirectory = dataDirectory;
    this.#temporary = temporary;
    this.#report = report;
    this.#release = release;
    this.#tls = tls;
    this.#supervisor = new Supervisor(dataDirectory);
  }

  /**
   * Takes a folder and chooses the ports; starts no part yet.
   * @throws PartError when another process runs a stack in that folder
   */
  static async open(options: {
    dataDirectory: string;
    temporary: boolean;
    names: readonly PartName[];
    report: Report;
    tls?: TlsFiles | undefined;
  }): Promise<Stack> {
    const { dataDirectory, temporary, names, report, tls } = options;
    const release = await takeFolder(dataDirectory, report);
    removeOrphans();
    const stack = new Stack(dataDirectory, temporary, report, release, tls);
    stack.#ports = await rememberedPorts(
      path.join(dataDirectory, 'ports.json'),
      names.flatMap((name) => purposes[name].map((purpose) => `${name}.${purpose}`)),
    );
    stack.#removeLater();
    return stack;
  }

  /** Aborted, with a PartError as its reason, when a part dies by itself. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  /** Makes a part ready, starts it and waits until it serves. */
  async begin<Access>(name: PartName, prepare: Prepare<Access>): Promise<Access> {
    const { part, access } = await prepare({
      dataDirectory: this.#dataDirectory,
      port: (purpose) => this.#port(name, purpose),
      report: this.#report,
      tls: this.#tls,
      startProcess: (order) => this.#supervisor.start(titles[name], order),
    });
    this.#removeLater();
    const ports = purposes[name].map((purpose) => this.#port(name, purpose));
    const runner = new PartRunner(name, part, ports, (error) => this.#failure.abort(error));
    this.#runners.set(name, runner);
    const start = performance.now();
    await runner.start();
    this.#report(`${titles[name]}: ready in ${secondsSince(start)}`);
    return access;
  }

  /** The runner of a part that this stack has started. */
  runner(name: PartName): PartRunner {
    const runner = this.#runners.get(name);
    if (runner !== undefined) return runner;
    throw new PartError(titles[name], {
      reason: 'wrong-setting',
      happened: 'It was not started by this stack, so it cannot be stopped or started here.',
      remedy: 'Name it among the parts to start, and unset the variable with its address.',
    });
  }

  /** Stops everything, gives the folder back and removes it when it is temporary. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.stopAll()));
    await stopMarked(this.#dataDirectory);
    await this.#supervisor.dismiss();
    this.#release();
    if (this.#temporary) for (const folder of this.#folders()) rmSync(folder, { recursive: true, force: true });
  }

  #port(name: PartName, purpose: string): number {
    const port = this.#ports[`${name}.${purpose}`];
    if (port === undefined) throw new Error(`${titles[name]} has no port for ${purpose}.`);
    return port;
  }

  #removeLater(): void {
    if (this.#temporary) this.#supervisor.removeLater(this.#folders());
  }

  #folders(): string[] {
    const outside = outsideFolder(this.#dataDirectory);
    return outside === undefined ? [this.#dataDirectory] : [outside, this.#dataDirectory];
  }
}
