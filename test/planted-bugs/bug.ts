/** A small change that breaks the product on purpose, to see whether the tests notice. */
export interface PlantedBug {
  /** Words with hyphens; `--only` takes it. */
  readonly name: string;
  /** What would happen to a customer or to the shop, in one sentence. */
  readonly consequence: string;
  /** From the folder of the project. */
  readonly file: string;
  /** What is replaced; it has to be there exactly once. */
  readonly before: string;
  readonly after: string;
  /** The tests that ought to catch it. */
  readonly tests: {
    /** A project of jest.config.js. */
    readonly project: 'domain' | 'workflows' | 'services' | 'messaging' | 'parts' | 'system';
    /** The file of tests, without `.test.ts`. */
    readonly file: string;
    /** A regular expression for the full names of the tests, so that not all of the file runs. */
    readonly named: string;
  };
}

/** The change does not fit the file: the code has moved on, and the list has to follow. */
class NotApplicableError extends Error {
  override readonly name = 'NotApplicableError';
}

/**
 * @param text the file as it is
 * @throws {NotApplicableError} unless the change fits at exactly one place
 */
export function plant(text: string, { name, file, before, after }: PlantedBug): string {
  const pieces = text.split(before);
  const [start, end] = pieces;
  if (pieces.length !== 2 || start === undefined || end === undefined) {
    throw new NotApplicableError(
      `${name}: what it replaces is ${pieces.length - 1} times in ${file}, instead of once; bring the bug up to date`,
    );
  }
  return `${start}${after}${end}`;
}
