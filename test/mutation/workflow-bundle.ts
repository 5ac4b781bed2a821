import { readFile, writeFile } from 'node:fs/promises';
import setUpWorkflows from '../setup/workflows.ts';

const setting = 'WORKFLOW_BUNDLE';
let bundle: string | undefined;

/**
 * The global setup of the workflow tests, for one mutant after the other in one process. All mutants are in one bundle, which
 * is made once. Stryker says by the environment which of them is active; workflows do not see the environment.
 */
export default async function setUp(): Promise<void> {
  if (bundle === undefined) {
    await setUpWorkflows();
    bundle = withoutCounting(await readFile(process.env[setting] as string, 'utf8'));
  }
  const state = {
    activeMutant: process.env['__STRYKER_ACTIVE_MUTANT__'],
    mutantCoverage: { static: {}, perTest: {} },
  };
  await writeFile(process.env[setting] as string, `globalThis.__stryker__=${JSON.stringify(state)};${bundle}`);
}

/** Stryker counts what is reached in a global object, and Temporal freezes those of workflows. */
const withoutCounting = (code: string): string => code.replaceAll('c[a[i]] = (c[a[i]] || 0) + 1;', '');
