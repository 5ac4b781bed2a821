import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowCode } from './workflow-code.ts';

/** Bundles the workflows into the file that is named; workers load it by `WORKFLOW_BUNDLE`. */

const [, , target] = process.argv;
if (!target) {
  process.stderr.write('Name the file to write: node workers/bundle.ts FILE\n');
  process.exit(2);
}
const { code } = await bundleWorkflowCode({ ...workflowCode, logger: new DefaultLogger('WARN') });
await writeFile(target, code);
