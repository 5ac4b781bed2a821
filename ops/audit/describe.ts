import { table } from '../../platform/table.ts';
import type { Audit, AuditLine } from './audit.ts';
import { equations } from './equations/index.ts';
import type { WorkflowCount } from './workflows.ts';

const marks = { holds: '✓', 'in flight': '…', broken: '✗' } as const;
const mostSubjects = 10;

const inFlightOf = ({ inFlight, by = [] }: AuditLine): string =>
  inFlight ? `in flight: ${inFlight}${by.length > 0 ? ` (${by.join(', ')})` : ''}` : '';

/** An audit, human-readable. */
export function describeAudit(audit: Audit, workflows: readonly WorkflowCount[]): string {
  const { equations: lines, inFlight, replaced, looks } = audit;
  const broken = lines.filter(({ verdict }) => verdict === 'broken');
  const waiting = Object.entries(inFlight.messages).filter(([, count]) => count > 0);
  return [
    table(
      ['', 'equation', 'left', 'right', ''],
      lines.map((line) => [marks[line.verdict], line.name, line.left, line.right, inFlightOf(line)]),
    ),
    '',
    `Workflows: ${workflows.map(({ status, count }) => `${count} ${status}`).join(', ') || 'none'}; ${inFlight.needingOperator} need an operator`,
    `In flight: ${inFlight.openWorkflows} open workflows, ${inFlight.unpublishedEvents} events that are not published yet, ` +
      `${waiting.map(([queue, count]) => `${count} messages in ${queue}`).join(', ') || 'no messages in queues'}`,
    ...(inFlight.parkedDeadLetters > 0
      ? [`${inFlight.parkedDeadLetters} dead letters wait for a person: npm run cli -- dead-letters list`]
      : []),
    ...replaced.map((double) => `Not audited: what reads the ${double}, which the system does not use`),
    ...broken.flatMap((line) => ['', ...explain(line)]),
    '',
    broken.length === 0
      ? `Every equation holds, after ${looks === 1 ? 'one look' : `${looks} looks`}.`
      : `${new Set(broken.map(({ name }) => name)).size} equations are broken, after ${looks === 1 ? 'one look' : `${looks} looks`}.`,
  ].join('\n');
}

function explain({ name, left, right, subjects = [] }: AuditLine): string[] {
  const { means, remedy } = equations[name] ?? {};
  const named = subjects.slice(0, mostSubjects).join(', ');
  const more = subjects.length > mostSubjects ? `, and ${subjects.length - mostSubjects} more` : '';
  return [
    `✗ ${name}: ${left} and ${right}`,
    `  for ${named}${more}`,
    `  It means: ${means}`,
    `  What to do: ${remedy}`,
  ];
}
