import { readFileSync, statSync } from 'node:fs';

/** Once so often the file is looked at: soon enough for a key that is replaced before the old one ends. */
const lookEvery = 1_000;

/** The key that opens Temporal, where a file holds it that something else renews. */
export class RenewedApiKey {
  readonly #file: string;
  #key: string;
  #changedAt = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param key what the file held at the start */
  constructor(file: string, key: string) {
    this.#file = file;
    this.#key = key;
  }

  /** The key of this moment; the last one that could be read while the file is being replaced. */
  current(): string {
    const now = Date.now();
    if (now - this.#lookedAt < lookEvery) return this.#key;
    this.#lookedAt = now;
    try {
      const { mtimeMs } = statSync(this.#file);
      if (mtimeMs === this.#changedAt) return this.#key;
      this.#key = readFileSync(this.#file, 'utf8').trim() || this.#key;
      this.#changedAt = mtimeMs;
    } catch {
      // It is there again at the next look, or Temporal refuses the key by name.
    }
    return this.#key;
  }

  /** Hands each new key on, until that fails: what is connected has been closed then. */
  follow(use: (key: string) => Promise<void>): void {
    let used = this.#key;
    const timer = setInterval(() => {
      const key = this.current();
      if (key === used) return;
      used = key;
      use(key).catch(() => clearInterval(timer));
    }, lookEvery);
    timer.unref();
  }
}
