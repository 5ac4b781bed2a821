import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';
import { correlationHeader } from './correlation-header.ts';
import { searchAttributes } from './search-attributes.ts';

/** The header in which the OpenTelemetry interceptors of client and activities carry a trace. */
const traceHeader = '_tracer-data';

/**
 * Hands the trace that a workflow was started in, and the order that it is about, on to its activities. It makes no spans, draws no random numbers and
 * waits for nothing: a history replays the same with it and without it.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace: Headers = {};
  const handedOn = (headers: Headers): Headers => ({ ...headers, ...trace, ...correlation() });
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
        scheduleActivity: (input, next) => next({ ...input, headers: handedOn(input.headers) }),
        scheduleLocalActivity: (input, next) => next({ ...input, headers: handedOn(input.headers) }),
      },
    ],
  };
};

/** What a workflow calls belongs to its order, as what it publishes does; one that is about none goes by its own id. */
function correlation(): Headers {
  const orderId = workflowInfo().typedSearchAttributes.get(searchAttributes.orderId);
  return orderId === undefined ? {} : { [correlationHeader]: defaultPayloadConverter.toPayload(orderId) };
}

/** Outside of a trace the client sends the header all the same, with nothing in it. */
function traceOf(headers: Headers): Headers {
  const payload = headers[traceHeader];
  if (!payload) return {};
  const carried = defaultPayloadConverter.fromPayload<Record<string, string>>(payload);
  return carried['traceparent'] ? { [traceHeader]: payload } : {};
}
