import { createRequire } from 'node:module';
import { isNoticed } from './first-failure.ts';

type Run = (
  ...parameters: [globals: unknown, config: unknown, environment: unknown, runtime: unknown, file: string]
) => unknown;

const { default: run }: { default: Run } = createRequire(createRequire(import.meta.url).resolve('jest-cli'))(
  'jest-circus/runner',
);

/**
 * Runs a file of tests, unless the mutant was noticed in another one: to load it takes longer than most of its tests. Stryker knows
 * by the name of this file that its environment is told of every test.
 */
const runFile: Run = (...parameters) => (isNoticed() ? skipped(parameters[4]) : run(...parameters));

export default runFile;

const skipped = (file: string) => ({
  leaks: false,
  numFailingTests: 0,
  numPassingTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  openHandles: [],
  perfStats: {
    start: 0,
    end: 0,
    runtime: 0,
    slow: false,
    loadTestEnvironmentStart: 0,
    loadTestEnvironmentEnd: 0,
    setupAfterEnvStart: 0,
    setupAfterEnvEnd: 0,
    setupFilesStart: 0,
    setupFilesEnd: 0,
  },
  skipped: false,
  snapshot: { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 },
  testFilePath: file,
  testResults: [
    {
      ancestorTitles: [],
      failureDetails: [],
      failureMessages: [],
      fullName: file,
      numPassingAsserts: 0,
      status: 'pending',
      title: file,
    },
  ],
});
