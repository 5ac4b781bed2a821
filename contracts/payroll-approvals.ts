import type { PersonRole } from './access.ts';

/** Whose approval a payroll takes: each takes a person of its own, and none who has written it. */
export const requiredApprovals = ['payroll', 'cfo'] as const satisfies readonly PersonRole[];
