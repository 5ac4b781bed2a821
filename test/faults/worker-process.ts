import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { ServiceFailure } from '../../contracts/failures.ts';
import { BrokerUnavailableError, MessageRefusedError } from '../../events/connection/errors.ts';
import type { Answer, Question } from './other-process.ts';
import { createWorkers } from './workers.ts';

/** Workers in a process of their own, so that it can be killed. What their activities call is answered by the parent. */

const waiting = new Map<number, PromiseWithResolvers<unknown>>();
let asked = 0;

process.on('message', ({ id, result, failure }: Answer) => {
  const { resolve, reject } = waiting.get(id) ?? Promise.withResolvers();
  waiting.delete(id);
  if (failure) reject(toError(failure));
  else resolve(result);
});

function toError({ name, message, type, detail }: NonNullable<Answer['failure']>): Error {
  if (type) return new ServiceFailure(type, message, detail);
  if (name === 'MessageRefusedError') return new MessageRefusedError(message);
  return name === 'BrokerUnavailableError' ? new BrokerUnavailableError(message) : new Error(message);
}

Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
const workers = await createWorkers(
  connection,
  (call) => {
    asked += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(asked, answer);
    process.send?.({ id: asked, call } satisfies Question);
    return answer.promise;
  },
  { workflowBundle: { codePath: process.env['WORKFLOW_BUNDLE'] ?? '' } },
);
process.send?.('ready');
await Promise.all(workers.map((worker) => worker.run()));
