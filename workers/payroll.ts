import { z } from 'zod';
import { createPayrollActivities } from '../activities/payroll.ts';
import { tokenSource } from '../platform/access/token-source.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { createHttpClient } from '../platform/http/client.ts';
import type { Role } from '../platform/role.ts';
import { payrollContract } from '../services/payroll/contract.ts';
import { staffContract } from '../services/staff/contract.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { startWorkflowWorker } from './workflow-worker.ts';

const service = z.url({ protocol: /^https?$/, error: 'use the address of the service: http://host:port' });

const environment = z.object({ PAYROLL_URL: service, STAFF_URL: service });

/** Its payloads are sealed with keys that no other worker has, so it publishes its milestones itself. */
export const role: Role = async (context) => {
  const { PAYROLL_URL, STAFF_URL } = readConfiguration(environment, context.environment);
  const token = tokenSource(context.environment);
  const activities = createPayrollActivities({
    payroll: createHttpClient(payrollContract, { token, url: PAYROLL_URL, timeoutMilliseconds: 14_000 }),
    staff: createHttpClient(staffContract, { token, url: STAFF_URL }),
  });
  return startWorkflowWorker({ taskQueue: taskQueues.payroll, activities }, context);
};
