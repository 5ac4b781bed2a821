import { readFile, writeFile } from 'node:fs/promises';
import setUpWorkflows from '../setup/workflows.ts';

const setting = 'WORKFLOW_BUNDLE';
let bundle: string | undefined;

/**
 * The global setup of the workflow tests, for one mutant after the other in one process. All mutants are in one bundle, which
 * is made once; Stryker says by the environment which of them is active, and workflows cannot see the environment.
 */
export default async function setUp(): Promise<void> {
  if (bundle === undefined) {
    await setUpWorkflows();
    bundle = await readFile(process.env[setting] as string, 'utf8');
  }
  const active = process.env['__STRYKER_ACTIVE_MUTANT__'];
  const activation = active === undefined ? '' : `globalThis.__stryker__={activeMutant:${JSON.stringify(active)}};`;
  await writeFile(process.env[setting] as string, `${activation}${bundle}`);
}
