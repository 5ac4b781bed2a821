import { Argument, type Command, Option } from 'commander';
import { z } from 'zod';
import { orderIdSchema } from '../../../contracts/identifiers.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { processes } from '../../../workflows/processes.ts';
import { definitionOf } from '../../process-kinds.ts';
import type { ProcessRow } from '../../process-list.ts';
import { listThroughDoor } from '../../process-pages.ts';
import { listedStates } from '../../process-states.ts';
import type { Act } from '../act.ts';
import type { Answer } from '../answer.ts';
import { oneLine } from '../complaint.ts';
import { describeEscalation, describeWaiting } from '../describe-process.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';

const flagsSchema = z.object({
  order: orderIdSchema.optional(),
  state: z.string().optional(),
  needsOperator: z.boolean().optional(),
  limit: z.number(),
});

const kinds = processes.map(({ kind }) => kind);

/** `list`, of the processes of any kind. */
export function addListCommand(program: Command, act: Act): void {
  addListOptions(program.command('list'), kinds)
    .description('the checkouts, newest first, or the processes of another kind')
    .addArgument(new Argument('[kind]', 'what is listed').choices(kinds).default('checkout'))
    .action(act((session, kind: string, flags: object) => listKind(session, kind, flags)));
}

/** A list of one kind under a name of its own. */
export function addListOf(kind: string, command: Command, act: Act): void {
  addListOptions(command, [kind]).action(act((session, flags: object) => listKind(session, kind, flags)));
}

function addListOptions(command: Command, kinds: readonly string[]): Command {
  const states = processes.filter(({ kind }) => kinds.includes(kind)).map(listedStates);
  // Those of the kind with the most have every other one's at its place.
  const [most = [], ...others] = states.sort((one, other) => other.length - one.length);
  return repeatable(command)
    .option('--order <id>', 'only those of one order')
    .addOption(new Option('--state <state>', 'only those in this state').choices([...new Set([most, others].flat(2))]))
    .option('--needs-operator', 'only those that an operator has to look after')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 20);
}

async function listKind(session: Session, kind: string, flags: object): Promise<Answer> {
  const { order, state, needsOperator, limit } = parse(flagsSchema, flags);
  const { idField, listing } = definitionOf(kind);
  const filter = { ...(order && { orderId: order }), ...(state && { state }) };
  const rows = await listThroughDoor(await session.door(), kind, { ...filter, limit, needsOperator });
  const noun = idField.replace(/Id$/, '');
  const text = table(
    ['started', noun, ...listing.columns.map((column) => (column === 'state' ? column : column.title)), 'waits for'],
    rows.map((row) => [
      row.startedAt,
      (row as unknown as Readonly<Record<string, string>>)[idField] ?? '',
      ...listing.columns.map((column) => (column === 'state' ? row.state : column.describe(row))),
      describeWaits(row),
    ]),
  );
  return { document: { [`${noun}s`]: rows }, text };
}

/** Whom a process waits for and why; that of an operator is known even while no worker tells why. */
function describeWaits({ needsOperator, escalations = [], waitingFor }: ProcessRow): string {
  if (escalations.length > 0) return oneLine(`an operator: ${escalations.map(describeEscalation).join('; ')}`);
  if (waitingFor) return oneLine(describeWaiting(waitingFor));
  return needsOperator ? 'an operator' : '';
}
