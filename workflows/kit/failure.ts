import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { failureNamed } from '../../contracts/catalogue.ts';
import { type Declared, type FailureDetail, failureOf } from '../../contracts/failures.ts';
import { longestSubject, type ProcessResult, type Reason } from './contract.ts';

/** A failure, as a workflow throws it: final, and benign when it belongs to the business. */
export function failure(declared: Declared, message: string, detail: FailureDetail = {}): ApplicationFailure {
  const { type, kind } = failureOf(declared);
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    details: [detail],
    ...(kind === 'expected' && { category: ApplicationFailureCategory.BENIGN }),
  });
}

/**
 * A failure of before, as it was: that which ended an earlier run, or the refusal that an activity brought along.
 *
 * @param reason as its service has kept it; absent where that kept none
 */
export function failureAsItWas(reason: Reason | undefined): ApplicationFailure {
  const { type, message, field, facts } = reason ?? { type: 'InvalidState', message: 'it was cancelled before' };
  return failure(failureNamed(type) ?? 'InvalidState', message, { field, facts });
}

/** How a process fails for a reason that a person has to fix, after everything was undone. */
export function processFailure({ type, message }: Reason, result: ProcessResult): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true, details: [result] });
}

/**
 * What a validator says to a decision whose sender did not go through our client.
 *
 * @throws {ApplicationFailure} `InvalidRequest` naming the field, unless the decision is one of the choices, and says who
 * decides and why
 */
export function requireDecision(input: { readonly decision: string }, choices: readonly string[]): void {
  if (!choices.includes(input.decision)) {
    throw failure('InvalidRequest', `decision: is one of ${choices.join(', ')}`, { field: 'decision' });
  }
  requireText(input, 'by', longestSubject);
  if ('issuer' in input && input.issuer !== undefined) requireActor(input);
  requireText(input, 'note', 1_000);
}

/** @throws {ApplicationFailure} `InvalidRequest` unless the decision says whose subject it was taken by */
export function requireActor(input: object): void {
  requireText(input, 'issuer', longestSubject);
}

function requireText(input: object, field: string, longest: number): void {
  const value = (input as Record<string, unknown>)[field];
  if (typeof value === 'string' && value.trim().length > 0 && value.length <= longest) return;
  throw failure('InvalidRequest', `${field}: is a text of 1 to ${longest} characters`, { field });
}
