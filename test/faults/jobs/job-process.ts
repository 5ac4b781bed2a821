import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  identify,
  isRunning,
  type ProcessIdentity,
  signalProcess,
  withDescendants,
} from '../../../parts/process-identity.ts';
import { waitUntil } from '../../../parts/wait.ts';
import type { JobMessage, ReplyMessage } from './messages.ts';

/** How long a process may take to start on a busy machine: milliseconds. */
const startTime = 60_000;

/** A process was given up while it had the job. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError';
}

/** A process that does jobs side by side, with test servers of its own; it is killed together with all that it has started. */
export class JobProcess<Job, Result> {
  readonly #child: ChildProcess;
  readonly #identity: ProcessIdentity | undefined;
  readonly #stallTimeoutMs: number;
  readonly #onGivenUp: (reason: string) => void;
  readonly #ready = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  #given = 0;
  #isOpen = true;
  #watch: NodeJS.Timeout | undefined;
  #family: ProcessIdentity[] = [];

  /**
   * @param file serves the jobs
   * @param stallTimeoutMs milliseconds without any news of its jobs, after which it is given up
   */
  constructor(file: URL, stallTimeoutMs: number, onGivenUp: (reason: string) => void) {
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#onGivenUp = onGivenUp;
    this.#child = fork(fileURLToPath(file), {
      // None of the flags of a test runner.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#identity = this.#child.pid === undefined ? undefined : identify(this.#child.pid);
    this.#child.on('message', (message: ReplyMessage<Result>) => this.#hear(message));
    this.#child.on('exit', (code, signal) => this.#giveUp(`it ended by itself: ${signal ?? code}`));
    this.#ready.promise.catch(() => undefined);
    this.#startWatch(startTime);
  }

  /** How many jobs it was ever given. */
  get given(): number {
    return this.#given;
  }

  /** How many jobs are under way. */
  get load(): number {
    return this.#waiting.size;
  }

  /** Whether it takes jobs. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @throws GivenUpError when the process is given up first, or the error of the job */
  async run(job: Job): Promise<Result> {
    this.#given += 1;
    const id = this.#given;
    const answer = Promise.withResolvers<Result>();
    this.#waiting.set(id, answer);
    this.#ready.promise.then(
      () => {
        if (this.#waiting.size === 1) this.#startWatch(this.#stallTimeoutMs);
        this.#child.send({ id, job } satisfies JobMessage<Job>);
      },
      // Its jobs are told as well.
      () => undefined,
    );
    return answer.promise;
  }

  /** Kills it and all that it has started, and waits until they are gone. */
  async end(): Promise<void> {
    this.#close(new Error('the process was ended while it had the job'));
    await waitUntil(() => !this.#family.some(isRunning), { within: 10_000, every: 20 });
  }

  #hear(message: ReplyMessage<Result>): void {
    this.#startWatch(this.#stallTimeoutMs);
    switch (message.kind) {
      case 'ready':
        this.#findFamily();
        this.#ready.resolve();
        break;
      case 'news':
        break;
      case 'done':
        this.#take(message.id)?.resolve(message.result);
        break;
      case 'failed':
        this.#take(message.id)?.reject(new Error(message.message));
        break;
      case 'useless':
        this.#giveUp(message.reason);
        break;
    }
  }

  #take(id: number): PromiseWithResolvers<Result> | undefined {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    return answer;
  }

  #startWatch(milliseconds: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      if (this.load === 0) return;
      this.#giveUp(`there was no news of its jobs (${this.load}) for ${milliseconds / 1_000} s`);
    }, milliseconds);
  }

  #giveUp(reason: string): void {
    if (!this.#isOpen) return;
    this.#onGivenUp(reason);
    this.#close(new GivenUpError(reason));
  }

  #close(error: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#watch);
    this.#findFamily();
    for (const one of this.#family) signalProcess(one, 'SIGKILL');
    this.#ready.reject(error);
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
  }

  /** A process that dies by itself cannot be asked any more what it had started: what it had before is remembered. */
  #findFamily(): void {
    const found = this.#identity ? withDescendants(this.#identity) : [];
    const ids = new Set(found.map(({ processId }) => processId));
    this.#family = [...found, ...this.#family.filter(({ processId }) => !ids.has(processId))];
  }
}
