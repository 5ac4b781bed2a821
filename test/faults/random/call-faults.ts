import { ServiceFailure } from '../../../contracts/failures.ts';
import type { Call, Operation } from '../../workflows/fake-services.ts';
import { arrive, neverReport, refusalOf, refuseAs, timeOut } from '../faults.ts';
import type { Trial } from '../trial.ts';
import type { CallFault } from './test-case.ts';

/** What takes effect for good when it arrives late, whatever was answered meanwhile. */
const withoutUndo: ReadonlySet<Operation> = new Set(['refund', 'issueInvoice', 'closeRun']);

/** Lets something go wrong with one attempt. What it throws is the answer. */
export async function injectFault(callFault: CallFault, trial: Trial, call: Call): Promise<void> {
  const [kind, moment] = split(callFault);
  if (moment === 'after') arrive(call);
  // Of some requests that get lost nobody knows whether they arrive in the end.
  else if (moment === 'before' && kind !== '5xx') trial.late.push(call);
  trial.remember(call, moment === 'after');
  switch (kind) {
    case '5xx':
      throw new ServiceFailure('Internal', 'the service fails in a test');
    case 'reset':
      throw new ServiceFailure('Unavailable', 'the connection was reset in a test');
    case 'time-out':
      return timeOut(trial, call);
    case 'never reported':
      return neverReport(trial, call);
    default:
      // A service that has done what it was asked for says so when it is asked again. The provider keeps a refusal of a
      // refund, for which there is no undo, for every request with the same key that is still in flight.
      if (trial.hasArrived(call) || (withoutUndo.has(call.operation) && trial.late.length > 0))
        throw new ServiceFailure('Internal', 'the service fails in a test');
      refuseAs(callFault === 'refused' ? refusalOf(call.operation) : 'Rejected', trial);
  }
}

function split(callFault: CallFault): [kind: string, moment: 'before' | 'after' | undefined] {
  const [, kind = callFault, moment] = /^(.+) (before|after)$/.exec(callFault) ?? [];
  return [kind, moment as 'before' | 'after' | undefined];
}
