import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** The header in which the OpenTelemetry interceptors of client and activities carry a trace. */
const traceHeader = '_tracer-data';

/**
 * Hands the trace that a workflow was started in on to its activities. It makes no spans, draws no random numbers and
 * waits for nothing: a history replays the same with it and without it.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace: Headers = {};
  return {
    inbound: [
      {
        execute(input, next) {
          trace = traceOf(input.headers);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next({ ...input, headers: { ...input.headers, ...trace } }),
        scheduleLocalActivity: (input, next) => next({ ...input, headers: { ...input.headers, ...trace } }),
      },
    ],
  };
};

/** Outside of a trace the client sends the header all the same, with nothing in it. */
function traceOf(headers: Headers): Headers {
  const payload = headers[traceHeader];
  if (!payload) return {};
  const carried = defaultPayloadConverter.fromPayload<Record<string, string>>(payload);
  return carried['traceparent'] ? { [traceHeader]: payload } : {};
}
