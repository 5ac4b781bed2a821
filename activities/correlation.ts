import { AsyncLocalStorage } from 'node:async_hooks';
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { correlationHeader } from '../workflows/correlation-header.ts';

const current = new AsyncLocalStorage<string>();

/** What joins the running activity with everything else about the same order; `undefined` where its workflow names none. */
export const currentCorrelation = (): string | undefined => current.getStore();

/** Reads from the headers of an activity what its workflow says that it belongs to. */
export const correlationOfActivity: ActivityInterceptorsFactory = () => ({
  inbound: {
    execute(input, next) {
      const payload = input.headers[correlationHeader];
      if (!payload) return next(input);
      return current.run(defaultPayloadConverter.fromPayload<string>(payload), () => next(input));
    },
  },
});
