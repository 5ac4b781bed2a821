import { fileURLToPath } from 'node:url';

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const workflowsPath = fileOf('../workflows/index.ts');

/** What the workflows' sandbox is made of. */
export const workflowCode = {
  workflowsPath,
  workflowInterceptorModules: [fileOf('../workflows/interceptors.ts')],
  // Loaded once for a worker, not once for each workflow: 90 kB less for each that is in its cache. What they load has to
  // be without state, then (test/domain/workflow-modules.test.ts).
  preloadModules: [workflowsPath],
  // A bundle does not know whether there will be keys: with them, no message of a failure is written in clear.
  failureConverterPath: fileOf('../platform/payloads/failure-converter.ts'),
};
