import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { lastLines } from './command.ts';
import { type Part, type PartName, type StartedProcess, titles } from './part.ts';
import { PartError } from './part-error.ts';
import { isPortFree } from './ports.ts';
import { signalProcess, withDescendants } from './process-identity.ts';
import { killTree, stopProcess } from './stop-process.ts';
import { waitUntil } from './wait.ts';

/** Milliseconds after which one look at a part that does not answer is given up. */
const lookWithin = 5_000;

const portsFreeWithin = 2_000;

/** Starts, watches and stops one part, as often as is wanted. */
export class PartRunner {
  readonly #name: PartName;
  readonly #part: Part;
  readonly #ports: readonly number[];
  readonly #onDeath: (error: PartError) => void;
  #running: StartedProcess | undefined;

  constructor(name: PartName, part: Part, ports: readonly number[], onDeath: (error: PartError) => void) {
    this.#name = name;
    this.#part = part;
    this.#ports = ports;
    this.#onDeath = onDeath;
  }

  /**
   * Starts the part and waits until it serves; does nothing when it runs.
   * @throws PartError when it ends at its start, takes too long, or one of its ports is taken
   */
  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    await this.#requirePorts();
    const started = await this.#part.launch();
    this.#running = started;
    let serves = false;
    await waitUntil(
      async () => {
        if (started.end() !== undefined) return true;
        const look = Promise.race([
          this.#part.ready(),
          started.ended.then(() => false),
          delay(lookWithin, false, { ref: false }),
        ]);
        serves = await look;
        return serves;
      },
      { within: this.#part.readyWithin, every: 100 },
    );
    if (!serves) {
      this.#running = undefined;
      await killTree(started.identity);
      throw this.#startFailure(started);
    }
    started.ended.then((how) => {
      if (this.#running === started) {
        this.#running = undefined;
        this.#onDeath(this.#death(started, how));
      }
    });
  }

  /** Stops the part in order and waits until its processes are gone; its companions stay. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    await stopProcess(running.identity, running.stop);
    await running.ended;
  }

  /** Stops the part and everything it started beside itself. */
  async stopAll(): Promise<void> {
    await this.stop();
    for (const { identity, stop } of this.#part.companions?.() ?? []) await stopProcess(identity, stop);
  }

  /**
   * Sends a signal, without a word on `failed`. Resolves when the processes are gone, or at once when the signal only
   * freezes or wakes them.
   */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') {
      for (const identity of withDescendants(running.identity)) signalProcess(identity, signal);
      return;
    }
    this.#running = undefined;
    if (signal === 'SIGKILL') await killTree(running.identity);
    else await stopProcess(running.identity, { ...running.stop, signal });
    // PostgreSQL takes one that has ended, but whose exit code nobody has asked for yet, for another server on its data.
    await running.ended;
  }

  /** A taken port is told before the start: each program reports it in another way, and some never do. */
  async #requirePorts(): Promise<void> {
    let taken: number[] = [];
    // A process that has just ended gives its ports back a moment later, when the last of its threads is gone.
    const free = await waitUntil(
      async () => {
        taken = [];
        for (const port of this.#ports) if (!(await isPortFree(port))) taken.push(port);
        // A companion that is still there listens on a port of its own.
        const companions = this.#part.companions?.().filter(({ end }) => end() === undefined) ?? [];
        return taken.length <= companions.length;
      },
      { within: portsFreeWithin, every: 100 },
    );
    if (free) return;
    throw new PartError(titles[this.#name], {
      reason: 'port-taken',
      happened: `It cannot start because another program listens on a port it needs (${taken.join(' or ')}).`,
      remedy: 'Stop that program, or stop and start the whole stack, which then takes other ports.',
    });
  }

  #startFailure(started: StartedProcess): PartError {
    const title = titles[this.#name];
    const how = started.end();
    const seconds = this.#part.readyWithin / 1000;
    return new PartError(title, {
      reason: 'stopped-by-itself',
      happened:
        how === undefined
          ? `It was started but did not serve within ${seconds} s.${logEnd(started.log)}`
          : `It ended at its start (${how}).${logEnd(started.log)}`,
      remedy: `The whole log: ${started.log}`,
    });
  }

  #death(started: StartedProcess, how: string): PartError {
    return new PartError(titles[this.#name], {
      reason: 'stopped-by-itself',
      happened: `It was running and ended by itself (${how}).${logEnd(started.log)}`,
      remedy: `The whole log: ${started.log}. Start the stack again; its data is kept.`,
    });
  }
}

function logEnd(file: string): string {
  try {
    const end = lastLines(readFileSync(file, 'utf8'));
    return end === '' ? ' Its log is empty.' : ` The end of its log:\n${end}\n`;
  } catch {
    return ' It wrote no log.';
  }
}
