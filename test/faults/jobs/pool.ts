import { GivenUpError, JobProcess } from './job-process.ts';

/** How often a job is given to a process before it counts as one that cannot be done. */
const tries = 3;

/** How many times as long the last process may be without news: the machine may be busy with something else. */
const stallTimeoutsAlone = 3;

/** No process could do a job: the last one had nothing else to do. */
export class StalledError extends Error {
  override readonly name = 'StalledError';

  constructor(reason: string) {
    super(`${tries} processes were given up with the same job, the last one had no other. ${reason}`);
  }
}

interface PoolOptions {
  /** The program of a process; it calls `serveJobs`. */
  readonly file: URL;
  readonly processes: number;
  /** How many jobs a process does before a new one takes its place. */
  readonly jobsEach: number;
  /** Milliseconds without any news of its jobs, after which a process is given up. */
  readonly stallTimeoutMs: number;
  /** Told of each process that is given up. */
  readonly report: (line: string) => void;
}

/**
 * Does jobs in processes that can be killed, with test servers of their own: a server that skips time may lose count of who
 * holds its clock, which then stands still. Such a process is given up and its jobs are done again by another one, each at
 * most three times, the last time alone. What a job itself finds wrong is never tried again.
 */
export class JobPool<Job, Result> {
  readonly #options: PoolOptions;
  readonly #shared: (JobProcess<Job, Result> | undefined)[];
  readonly #started = new Set<JobProcess<Job, Result>>();
  #alone: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #givenUp = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#shared = Array.from({ length: options.processes }, () => undefined);
  }

  /** How many processes were given up. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** @throws StalledError when no process could do the job, or the error of the job */
  async run(job: Job): Promise<Result> {
    for (let attempt = 1; attempt < tries; attempt += 1) {
      try {
        return await this.#runShared(job);
      } catch (error) {
        if (!(error instanceof GivenUpError)) throw error;
      }
    }
    const result = this.#alone.then(() => this.#runAlone(job));
    this.#alone = result.catch(() => undefined);
    return result;
  }

  /** Ends all processes, and starts none any more; a job that is in progress, or comes afterwards, fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#started].map((process) => process.end()));
  }

  async #runShared(job: Job): Promise<Result> {
    const process = this.#findProcess();
    try {
      return await process.run(job);
    } finally {
      if (process.given >= this.#options.jobsEach && process.load === 0) await this.#end(process);
    }
  }

  async #runAlone(job: Job): Promise<Result> {
    const process = this.#startProcess(stallTimeoutsAlone);
    try {
      return await process.run(job);
    } catch (error) {
      throw error instanceof GivenUpError ? new StalledError(error.message) : error;
    } finally {
      await this.#end(process);
    }
  }

  /** The one with the fewest jobs under way; a place without a process that takes jobs gets a new one. */
  #findProcess(): JobProcess<Job, Result> {
    const loads = this.#shared.map((process) => (this.#takesJobs(process) ? process.load : 0));
    const place = loads.indexOf(Math.min(...loads));
    const found = this.#shared[place];
    if (this.#takesJobs(found)) return found;
    const started = this.#startProcess();
    this.#shared[place] = started;
    return started;
  }

  #takesJobs(process: JobProcess<Job, Result> | undefined): process is JobProcess<Job, Result> {
    return process?.isOpen === true && process.given < this.#options.jobsEach;
  }

  #startProcess(times = 1): JobProcess<Job, Result> {
    if (this.#isClosed) throw new Error('the pool is closed');
    const { file, stallTimeoutMs, report } = this.#options;
    const started = new JobProcess<Job, Result>(file, times * stallTimeoutMs, (reason) => {
      this.#givenUp += 1;
      report(`A process with a test server was given up, and its jobs are done again by another one: ${reason}`);
    });
    this.#started.add(started);
    return started;
  }

  async #end(process: JobProcess<Job, Result>): Promise<void> {
    await process.end();
    this.#started.delete(process);
  }
}
