const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** One project for each tier of tests; `setup` names the file in test/setup that brings up what the tier stands on. */
const tier = (name, setup) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', swc] },
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  modulePathIgnorePatterns: ['<rootDir>/.data'],
  ...(setup && {
    globalSetup: `<rootDir>/test/setup/${setup}.ts`,
    globalTeardown: `<rootDir>/test/setup/${setup}-teardown.ts`,
  }),
});

/** @type {import('jest').Config} */
export default {
  projects: [
    tier('domain'),
    tier('workflows', 'workflows'),
    tier('faults', 'workflows'),
    tier('services', 'parts'),
    tier('messaging', 'parts'),
    tier('brokers', 'parts'),
    tier('parts'),
    tier('system', 'system'),
    tier('processes'),
  ],
  testTimeout: 60_000,
};
