const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

const project = (name, options = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', swc] },
  modulePathIgnorePatterns: ['<rootDir>/.data'],
  ...options,
});

/** @type {import('jest').Config} */
export default {
  projects: [
    project('domain'),
    project('workflows', {
      globalSetup: '<rootDir>/test/setup/workflows.ts',
      globalTeardown: '<rootDir>/test/setup/workflows-teardown.ts',
    }),
  ],
  testTimeout: 60_000,
};
