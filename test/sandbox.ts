import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { programEnvironment } from '../parts/environment.ts';
import { commandLineOf, processesWithEnvironment, signalProcess } from '../parts/process-identity.ts';
import { waitUntil } from '../parts/wait.ts';

/** What tests and checks see of a shell: how the parts are reached, found or built, and what the terminal can show. */
const meant = {
  names: [
    ...['TEMPORAL_ADDRESS', 'AMQP_URL', 'DATABASE_URL', 'RABBITMQ_MANAGEMENT_URL'],
    ...['TEMPORAL_BINARY', 'TEMPORAL_TEST_SERVER_BINARY', 'RABBITMQ_SERVER', 'POSTGRES_BINARIES', 'JAVA_HOME'],
    ...['CI', 'TERM', 'COLORTERM', 'NO_COLOR'],
  ],
  prefixes: ['GO', 'MAVEN_'],
  reachesOut: true,
};

/** A place for programs whose temporary files and processes go away with it, however they end. */
export class Sandbox {
  /** For temporary files of the programs and of everything that they start. */
  readonly folder: string;
  #running: ChildProcess | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Sandbox> {
    const folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-tests-'));
    // PostgreSQL, which runs as another user than root, has to pass.
    await chmod(folder, 0o711);
    return new Sandbox(folder);
  }

  /**
   * Runs a program of this Node's to its end.
   *
   * @returns its exit code, 1 when a signal has ended it
   */
  run(parameters: readonly string[], directory: string, environment: NodeJS.ProcessEnv): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#running = spawn(process.execPath, parameters, {
      cwd: directory,
      stdio: 'inherit',
      // A group of its own, to be ended as a whole; Ctrl-C in a terminal does not reach it.
      detached: true,
      env: programEnvironment({ ...environment, TMPDIR: this.folder }, meant),
    });
    this.#running.on('exit', (code) => resolve(code ?? 1));
    this.#running.on('error', () => resolve(1));
    return promise;
  }

  /** Kills the program that runs and what it has started, but for parts: their guards notice it and stop them. */
  kill(): void {
    try {
      if (this.#running?.pid !== undefined) process.kill(-this.#running.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  }

  /**
   * Waits until whatever a program has left running has ended by itself, as parts do whose owner was killed, and kills
   * what has not.
   *
   * @param patience milliseconds
   * @returns the command lines of those that had to be killed
   */
  async clear(patience = 30_000): Promise<string[]> {
    const left = () => processesWithEnvironment('TMPDIR', this.folder);
    await waitUntil(() => left().length === 0, { within: patience });
    const killed = left();
    const commands = killed.map(commandLineOf);
    for (const one of killed) signalProcess(one, 'SIGKILL');
    this.kill();
    return commands;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
