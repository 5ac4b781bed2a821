import path from 'node:path';

/** How the command line was called, as help and hints repeat it: by its own name, or through npm. */
export const programName =
  path.basename(process.argv[1] ?? '') === 'durable-checkout.ts' ? 'durable-checkout' : 'npm run cli --';
