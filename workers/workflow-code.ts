import { fileURLToPath } from 'node:url';

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the workflows' sandbox is made of. */
export const workflowCode = {
  workflowsPath: fileOf('../workflows/index.ts'),
  workflowInterceptorModules: [fileOf('../workflows/interceptors.ts')],
};
