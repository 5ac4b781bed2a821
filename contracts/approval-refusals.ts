import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

const conflict = { ...expected, httpStatus: 409, grpcCode: 'FAILED_PRECONDITION' } as const;
const notAllowed = { ...expected, httpStatus: 403, grpcCode: 'PERMISSION_DENIED' } as const;

/** What can be refused about approvals, and about those who give them. */
export const approvalRefusals = defineFailures({
  PersonUnknown: {
    ...expected,
    title: 'The person is not on the staff',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    customer: 'We do not know this person.',
    operator: 'Check the id, which is the subject of their token, or import them with `staff import`.',
  },
  DelegationUnknown: {
    ...expected,
    title: 'The delegation is unknown',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    customer: 'We do not know this delegation.',
    operator: 'Check the id: `staff show` lists the delegations to a person.',
  },
  ApprovalOutdated: {
    ...conflict,
    title: 'What is approved has changed since it was seen',
    customer: 'This has changed since you saw it; please look at it again.',
    operator: 'Look at the current version, and decide about that one.',
  },
  ApprovalMissing: {
    ...conflict,
    title: 'Approvals are missing',
    customer: 'This is still waiting for approval.',
    operator: 'Wait for those who hold the missing roles; the status of the process names them.',
  },
  OwnApproval: {
    ...notAllowed,
    title: 'A person cannot decide about what they have asked for or changed',
    customer: 'You cannot approve what you have asked for yourself; please ask another person.',
    operator: 'Have another holder of the role decide, or delegate the role to a person who has not written it.',
  },
  AlreadyDecided: {
    ...conflict,
    title: 'The person has decided about this version already',
    customer: 'You have decided about this already.',
    operator: 'Nothing: a second role takes a second person.',
  },
  NotAnApprover: {
    ...notAllowed,
    title: 'The person may not decide about this',
    customer: 'You may not decide about this; please ask those who may.',
    operator: 'Have a holder of a required role decide, or delegate the role with `staff delegate`.',
  },
} as const satisfies Record<string, RefusalDefinition>);
