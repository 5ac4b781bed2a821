import { defineQuery } from '@temporalio/workflow';
import type { ReconciliationReport } from './contract.ts';

/** What was found so far, without any I/O. */
export const reconciliationStatusQuery = defineQuery<ReconciliationReport>('status');

/** The name of the workflow type. */
export const reconciliationWorkflow = 'reconciliation';

/** The workflow id of a comparison; the schedule adds the time to its own. */
export const reconciliationWorkflowId = (name: string) => `reconciliation/${name}`;
