import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

/** How what people decide can be refused. */
export const decisionRefusals = defineFailures({
  SecondPersonNeeded: {
    ...expected,
    title: 'A second, different person has to confirm this',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'What you have asked for is being checked; we will let you know.',
    operator: 'Have another person decide, under their own login; who has asked for it cannot confirm it.',
  },
} as const satisfies Record<string, RefusalDefinition>);
