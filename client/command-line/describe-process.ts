import type { OrderAmounts } from '../../contracts/amounts.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { table } from '../../platform/table.ts';
import type { Decision, Matter, ProcessStatus, Reason, Waiting } from '../../workflows/kit/contract.ts';
import { stepMarks } from '../../workflows/kit/step-marks.ts';
import { oneLine } from './complaint.ts';

/** `65.97 USD (goods 59.98, shipping 5.99)`, leaving out what is zero. */
export function describeAmounts(amounts: OrderAmounts | undefined): string | undefined {
  if (!amounts) return undefined;
  const { currency, total } = amounts;
  const parts = (['goods', 'discount', 'shipping', 'tax'] as const)
    .filter((part) => amounts[part] > 0)
    .map((part) => `${part} ${formatMoney(amounts[part], currency).replace(` ${currency}`, '')}`);
  return `${formatMoney(total, currency)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

export const describeReason = (reason: Reason | undefined): string | undefined =>
  reason && `${reason.type}: ${reason.message}`;

/** `the customer: confirm the payment to the bank, until 2026-01-31T12:15:00.000Z, https://bank.example/challenge` */
export function describeWaiting({ who, message, until, url }: Waiting): string {
  return [`the ${who}: ${message}`, ...(until ? [`until ${until}`] : []), ...(url ? [url] : [])].join(', ');
}

export const describeMatter = ({ what, message }: Matter): string => `${what}: ${message}`;

export const describeDecision = ({ what, decision, by, note }: Decision): string =>
  `${what}: ${decision}, decided by ${by}: ${note}`;

/** The command by which an operator has a call made again. */
export function operatorCommand(id: string, needsOperator: readonly Matter[]): string {
  return `npm run cli -- operator ${id}${needsOperator.length > 1 ? ' --what CALL' : ''} --retry --by NAME --note TEXT`;
}

/** The steps of a process, what an operator looks after, and what people have decided, as tables one below the other. */
export function describeCourse({
  steps,
  needsOperator,
  decisions,
}: Pick<ProcessStatus<string>, 'steps' | 'needsOperator' | 'decisions'>): string {
  const tables: string[] = [];
  // Without a worker the steps of a process that Temporal has ended are not known.
  if (steps.length > 0) {
    const rows = steps.map(({ name, state, startedAt, endedAt }) => [
      stepMarks[state],
      name,
      startedAt.slice('2026-01-31T'.length),
      endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : '',
    ]);
    tables.push(table(['', 'step', 'began (UTC)', 'ms'], rows));
  }
  if (needsOperator.length > 0) {
    const rows = needsOperator.map(({ what, since, canBeSettled, message }) => [
      what,
      since,
      canBeSettled ? 'retry or settle' : 'retry',
      oneLine(message),
    ]);
    tables.push(table(['needs an operator', 'since', 'decide', 'failed with'], rows));
  }
  if (decisions.length > 0) {
    const rows = decisions.map(({ what, decision, by, at, note }) => [what, decision, by, at, oneLine(note)]);
    tables.push(table(['decided about', 'decision', 'by', 'at', 'note'], rows));
  }
  return tables.join('\n\n');
}
