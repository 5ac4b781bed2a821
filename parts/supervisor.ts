import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { programEnvironment } from './environment.ts';
import { type GuardMessage, stackVariable } from './guard-messages.ts';
import type { ProcessOrder, StartedProcess } from './part.ts';
import { messageOf, PartError } from './part-error.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { writeRecord } from './stack-record.ts';

/**
 * Starts the processes of one stack, each detached from the terminal so that Ctrl-C reaches only the owner,
 * and tells each one to a guard that stops it when the owner is killed.
 */
export class Supervisor {
  readonly #dataDirectory: string;
  readonly #guard: ChildProcess;
  readonly #guardIdentity: ProcessIdentity;
  #processes: StartedProcess[] = [];

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
    mkdirSync(this.logs, { recursive: true });
    const log = openSync(path.join(this.logs, 'guard.log'), 'a', 0o600);
    this.#guard = spawn(process.execPath, [fileURLToPath(new URL('guard.ts', import.meta.url)), dataDirectory], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', log, log],
      env: programEnvironment({}),
    });
    closeSync(log);
    this.#guard.unref();
    // A guard that is gone only means that a killed owner leaves its parts running.
    this.#guard.on('error', () => {});
    this.#guard.stdin?.on('error', () => {});
    this.#guardIdentity = identify(this.#guard.pid ?? -1) ?? { processId: -1, startTime: '' };
  }

  /** The folder of the logs. */
  get logs(): string {
    return path.join(this.#dataDirectory, 'logs');
  }

  /**
   * Starts a process whose output goes to a log file.
   * @param title what people call the part
   * @throws PartError when it cannot be started at all
   */
  start(title: string, order: ProcessOrder): StartedProcess {
    const logFile = path.join(this.logs, `${order.log}.log`);
    const child = withoutOthers(() => {
      const log = openSync(logFile, 'a');
      try {
        return spawn(order.command, order.parameters, {
          cwd: order.directory,
          detached: true,
          stdio: ['ignore', log, log],
          env: { ...order.environment, [stackVariable]: this.#dataDirectory },
          ...order.user,
        });
      } finally {
        closeSync(log);
      }
    });
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    let ended: string | undefined;
    const end = Promise.withResolvers<string>();
    const finish = (how: string) => {
      ended ??= how;
      end.resolve(how);
    };
    child.on('exit', (code, signal) => finish(signal ?? `exit code ${code}`));
    child.on('error', (error) => finish(messageOf(error)));
    if (identity === undefined && child.pid === undefined) {
      throw new PartError(title, {
        reason: 'failed',
        happened: `${order.command} could not be started.`,
        remedy: 'Check that the file exists and that this user may execute it.',
      });
    }
    const started: StartedProcess = {
      identity: identity ?? { processId: child.pid ?? -1, startTime: '' },
      log: logFile,
      stop: order.stop,
      ended: end.promise,
      end: () => ended,
    };
    this.#tell({ type: 'watch', process: started.identity, stop: order.stop });
    this.#processes = [...this.#processes.filter(({ end: over }) => over() === undefined), started];
    this.#note();
    return started;
  }

  /** Has these paths removed when the owner is killed. */
  removeLater(paths: string[]): void {
    this.#tell({ type: 'remove', paths });
  }

  /** Ends the guard; every process has been stopped before. */
  async dismiss(): Promise<void> {
    this.#processes = [];
    this.#note();
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#guard.exitCode !== null || this.#guard.signalCode !== null || this.#guard.pid === undefined) return;
    this.#guard.once('exit', () => resolve());
    this.#guard.ref();
    this.#tell({ type: 'dismiss' });
    await promise;
  }

  #tell(message: GuardMessage): void {
    this.#guard.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  #note(): void {
    const processes = this.#processes.map(({ identity, stop }) => ({ process: identity, stop }));
    writeRecord(this.#dataDirectory, { guard: this.#guardIdentity, processes });
  }
}

/** What is made meanwhile, and what a process that is started meanwhile makes, other users of the machine cannot read. */
function withoutOthers<Result>(make: () => Result): Result {
  const before = process.umask(0o077);
  try {
    return make();
  } finally {
    process.umask(before);
  }
}
