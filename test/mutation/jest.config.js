import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import jest from '../../jest.config.js';

/** One tier of jest.config.js, as Stryker wants it: a single project, whose parts are up already. */
const rootDir = fileURLToPath(new URL('../..', import.meta.url));
const { MUTATION_TIER: name, MUTATION_TESTS: tests } = process.env;
const { globalSetup: _, globalTeardown: __, ...tier } = jest.projects.find(({ displayName }) => displayName === name);

export default {
  ...tier,
  rootDir,
  testMatch: tests.split(',').map((test) => `<rootDir>/test/${name}/${test}.test.ts`),
  ...(name === 'workflows' && { globalSetup: '<rootDir>/test/mutation/workflow-bundle.ts' }),
  testEnvironment: path.join(rootDir, 'test/mutation/first-failure.ts'),
  testRunner: path.join(rootDir, 'test/mutation/jest-circus.ts'),
  cacheDirectory: path.join(tmpdir(), 'jest'),
  // A workflow whose task fails, or a message that cannot be handled, is tried again for ever, and its test waits.
  testTimeout: { workflows: 12_000, services: 10_000, messaging: 10_000 }[name] ?? jest.testTimeout,
};
