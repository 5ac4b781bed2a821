import type { OrderAmounts } from '../../contracts/amounts.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { table } from '../../platform/table.ts';
import type { Decision, Escalation, ProcessStatus, Reason, Waiting } from '../../workflows/kit/contract.ts';
import { stepMarks } from '../../workflows/kit/step-marks.ts';
import type { AnyResult, AnyStatus } from '../process-kinds.ts';
import { type Complaint, complain, oneLine } from './complaint.ts';
import { type DetailLine, details } from './details.ts';
import { programName } from './program-name.ts';

/** Which process is described. */
export interface Named {
  readonly kind: string;
  readonly id: string;
}

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

export const describeEscalation = ({ what, message }: Escalation): string => `${what}: ${message}`;

export const describeDecision = ({ what, decision, by, note, state }: Decision): string =>
  `${what}: ${decision}, ${state ? 'asked for' : 'decided'} by ${by}: ${note}`;

/** `status c-1` of a checkout, `status dispute/dp_1` of any other process. */
export const nameOf = ({ kind, id }: Named): string => (kind === 'checkout' ? id : `${kind}/${id}`);

/** The command by which an operator decides: has a call made again, or says that it was done by hand, where that can be. */
function operatorCommand(process: Named, needsOperator: readonly Escalation[]): string {
  const what = needsOperator.length > 1 ? ' --what CALL' : '';
  const decision = needsOperator.some(({ canBeSettled }) => canBeSettled) ? '--retry|--settle' : '--retry';
  return `${programName} operator ${nameOf(process)}${what} ${decision} --note TEXT`;
}

/** How a process ended. */
export function describeResult(process: Named, result: AnyResult, webPage: string | undefined): string {
  return details([
    ['Outcome', result.outcome],
    [titleOf(process), process.id],
    ['Order', result.orderId],
    ['Total', describeAmounts(result.amounts)],
    ['Decision', result.decision],
    ['Reason', describeReason(result.reason)],
    ['Undone', result.undone.join(', ')],
    ['Web UI', webPage],
  ]);
}

/** Where a process stands, with its steps and what people have to decide or have decided. */
export function describeStatus(process: Named, status: AnyStatus, webPage: string | undefined): string {
  const facts = details([
    ['State', status.state],
    [titleOf(process), process.id],
    ['Order', status.orderId],
    ['Total', describeAmounts(status.amounts)],
    ['Decision', status.decision],
    ['Reason', describeReason(status.reason)],
    ...waitingDetails({ ...process, ...status }),
    ['Web UI', webPage],
  ]);
  return [facts, describeCourse(status)].filter(Boolean).join('\n\n');
}

/** `Dispute`, before its id. */
const titleOf = ({ kind }: Named): string => `${kind[0]?.toUpperCase()}${kind.slice(1).replaceAll('-', ' ')}`;

/** Whom a process waits for, and what they can do. */
export function waitingDetails(
  process: Named & {
    readonly waitingFor?: Waiting | undefined;
    readonly needsOperator?: readonly Escalation[];
  },
): DetailLine[] {
  const { waitingFor } = process;
  return [
    ['Waits for', waitingFor && `the ${waitingFor.who}: ${waitingFor.message}`],
    ['Until', waitingFor?.until],
    ['Page', waitingFor?.url],
    ['Next', nextCommand(process)],
  ];
}

/** The command by which people help a process on; none where the customer has to go to the bank's page. */
function nextCommand({ kind, id, waitingFor, needsOperator = [] }: Parameters<typeof waitingDetails>[0]) {
  const command = (text: string) => `${programName} ${text}`;
  if (needsOperator.length > 0) return operatorCommand({ kind, id }, needsOperator);
  if (waitingFor?.who === 'approver') return command(`approval ${kind}/${id} --approve --note TEXT`);
  if (kind !== 'checkout') return undefined;
  if (waitingFor?.who === 'reviewer') return command(`review ${id} --approve --note TEXT`);
  if (waitingFor?.who === 'customer' && !waitingFor.url) return command(`pay ${id} --payment-method ID`);
  return undefined;
}

const good: ReadonlySet<string> = new Set(['completed', 'accepted', 'needs-action', 'pending']);

/** What is said on standard error about a process that did not complete; to wait for people is no failure. */
export function incomplete({ kind, id }: Named, state: string, reason: Reason | undefined): Complaint | undefined {
  if (good.has(state)) return undefined;
  return complain(reason ?? { type: 'InvalidState', message: `the ${kind} ${id} has ended as ${state}` });
}

/** The steps of a process, what an operator looks after, and what people have decided, as tables one below the other. */
function describeCourse({
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
    const rows = needsOperator.map(({ what, since, canBeSettled, requested, message }) => [
      what,
      since,
      !canBeSettled ? 'retry' : requested ? `retry; settle, by another person than ${requested.by}` : 'retry or settle',
      oneLine(message),
    ]);
    tables.push(table(['needs an operator', 'since', 'decide', 'failed with'], rows));
  }
  if (decisions.length > 0) {
    const rows = decisions.map(({ what, decision, state, by, at, note }) => [
      what,
      state ? `${decision}, ${state}` : decision,
      by,
      at,
      oneLine(note),
    ]);
    tables.push(table(['decided about', 'decision', 'by', 'at', 'note'], rows));
  }
  return tables.join('\n\n');
}
