import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StartedProcess } from '../../parts/part.ts';
import { signalProcess } from '../../parts/process-identity.ts';
import type { Report } from '../../parts/report.ts';
import { stopProcess } from '../../parts/stop-process.ts';
import type { Supervisor } from '../../parts/supervisor.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { RoleProcess } from './role-process.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const program = 'roles/main.ts';
const readyWithin = 60_000;
const pauseBeforeRestart = 500;

/** A process of the system did not start. Its message has the last lines of the log and where the log is. */
export class RoleError extends Error {
  override readonly name = 'RoleError';
}

/** Starts one process of the system with its roles, starts it again when it dies, and stops it. */
export class RoleRunner {
  readonly #process: RoleProcess;
  readonly #supervisor: Supervisor;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #report: Report;
  #running: StartedProcess | undefined;
  #wanted = false;

  constructor(process: RoleProcess, supervisor: Supervisor, environment: NodeJS.ProcessEnv, report: Report) {
    this.#process = process;
    this.#supervisor = supervisor;
    this.#environment = environment;
    this.#report = report;
  }

  get processId(): number | undefined {
    return this.#running?.identity.processId;
  }

  /**
   * Starts the process and waits until it says of each role that it is ready; does nothing when it runs.
   *
   * @throws {RoleError} when it ends before, or is not ready within a minute
   */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#wanted = true;
    const { name, roles, nodeOptions, environment } = this.#process;
    const log = path.join(this.#supervisor.logs, `${name}.log`);
    const before = await stat(log).then(
      ({ size }) => size,
      () => 0,
    );
    // It was stopped meanwhile: nothing would stop what starts now.
    if (!this.#wanted) return;
    const started = this.#supervisor.start(name, {
      command: process.execPath,
      parameters: [...(nodeOptions ?? []), program, ...roles],
      directory: project,
      environment: { ...environment, ...this.#environment },
      log: name,
      stop: { signal: 'SIGTERM', patience: 90_000 },
    });
    this.#running = started;
    const isReady = () => saysReady(log, before, roles);
    const ready = await waitUntil(async () => started.end() !== undefined || (await isReady()), {
      within: readyWithin,
      every: 50,
    });
    if (!ready || started.end() !== undefined) {
      this.#running = undefined;
      await stopProcess(started.identity, { signal: 'SIGKILL', patience: 1_000 });
      throw new RoleError(
        `${name} did not start (${started.end() ?? 'not ready within a minute'}). From its log, ${log}:\n${await complaintsIn(log, before)}`,
      );
    }
    void started.ended.then((how) => this.#restart(started, how));
  }

  /** Sends a signal; a process that ends by it is started again, as after any death. */
  kill(signal: NodeJS.Signals): void {
    if (this.#running) signalProcess(this.#running.identity, signal);
  }

  /** Shuts the process down gracefully; it stays down until it is started. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const running = this.#running;
    this.#running = undefined;
    if (running) await stopProcess(running.identity, running.stop);
  }

  async #restart(ended: StartedProcess, how: string): Promise<void> {
    if (this.#running !== ended) return;
    this.#running = undefined;
    this.#report(`${this.#process.name} has died (${how}); starting it again`);
    while (this.#wanted && !this.#running) {
      await new Promise((resolve) => setTimeout(resolve, pauseBeforeRestart));
      if (!this.#wanted) return;
      await this.start().catch((error: unknown) => {
        if (this.#wanted) this.#report(error instanceof Error ? error.message : String(error));
      });
    }
  }
}

async function saysReady(log: string, from: number, roles: readonly string[]): Promise<boolean> {
  const lines = await linesOf(log, from);
  return roles.every((role) => lines.some((line) => line.startsWith(`${role} ready `)));
}

/** The last lines since `from`; while roles that share the process go on saying that all is well, those that say otherwise. */
async function complaintsIn(log: string, from: number): Promise<string> {
  const lines = (await linesOf(log, from)).filter((line) => line !== '');
  const complaints = lines.filter((line) => !/^\{"level":"(info|debug|trace)"|^[\w-]+ ready /.test(line));
  return (complaints.length > 0 ? complaints : lines).slice(-5).join('\n');
}

async function linesOf(log: string, from: number): Promise<string[]> {
  const file = await open(log, 'r');
  try {
    const { size } = await file.stat();
    const text = Buffer.alloc(size - from);
    await file.read(text, 0, text.length, from);
    return text.toString('utf8').split('\n');
  } finally {
    await file.close();
  }
}
