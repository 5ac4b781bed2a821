import { setTimeout as delay } from 'node:timers/promises';

/** How long a check may take while a probe waits, in milliseconds: Kubernetes gives a probe a second by default. */
const answerTimeoutMs = 800;

/** Throws, or rejects, while the role cannot do its work; the message says why. */
export type ReadinessCheck = () => unknown;

/** Whether one role can do its work now. It cannot before its start has ended, and from the moment that it is to stop. */
export class Readiness {
  readonly #checks = new Map<string, Set<ReadinessCheck>>();
  #phase: 'starting' | 'started' | 'stopping' = 'starting';

  started(): void {
    if (this.#phase === 'starting') this.#phase = 'started';
  }

  /** From now on the role is not ready: nothing new shall be sent to it. */
  withdraw(): void {
    this.#phase = 'stopping';
  }

  /** @returns what takes the check away again */
  add(name: string, check: ReadinessCheck): () => void {
    const checks = this.#checks.get(name) ?? new Set();
    this.#checks.set(name, checks.add(check));
    return () => checks.delete(check);
  }

  /** Why the role is not ready, one sentence for each reason; none when it is. */
  async reasons(): Promise<string[]> {
    if (this.#phase !== 'started') return [`it is ${this.#phase}`];
    const checks = [...this.#checks].flatMap(([name, ofName]) => [...ofName].map((check) => reasonOf(name, check)));
    return (await Promise.all(checks)).filter((reason) => reason !== undefined);
  }
}

async function reasonOf(name: string, check: ReadinessCheck): Promise<string | undefined> {
  const late = new AbortController();
  try {
    const answer = (async () => void (await check()))();
    answer.catch(() => undefined);
    const tooLate = delay(answerTimeoutMs, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`no answer within ${answerTimeoutMs} ms`);
    });
    tooLate.catch(() => undefined);
    await Promise.race([answer, tooLate]);
    return undefined;
  } catch (error) {
    return `${name}: ${error instanceof Error ? error.message : error}`;
  } finally {
    late.abort();
  }
}
