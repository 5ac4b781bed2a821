import { type Command, Option } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import {
  type DeadLetterFilter,
  deadLetterStates,
  deadLettersContract,
  type Outcome,
} from '../../../services/dead-letters/contract.ts';
import type { Act } from '../act.ts';
import type { Answer } from '../answer.ts';
import { complain, oneLine } from '../complaint.ts';
import { describeDeadLetter, describeMarked } from '../describe-dead-letter.ts';
import { details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';

const operations = deadLettersContract.operations;

type Flags = DeadLetterFilter & {
  readonly reason?: string;
  readonly dryRun?: true;
  readonly force?: true;
  readonly limit?: number;
};

/** `dead-letters list`, `show`, `replay` and `discard`. */
export function addDeadLettersCommands(program: Command, act: Act): void {
  const deadLetters = program
    .command('dead-letters')
    .description('messages that could not be handled: to look at, to replay and to discard');
  filtered(repeatable(deadLetters.command('list')))
    .description('dead letters, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(deadLetterStates))
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 20)
    .action(
      act(async (session, flags: object) => {
        const input = parse(operations.listDeadLetters.input, flags);
        const document = await (await session.door()).records.listDeadLetters(input);
        const text = table(
          ['id', 'archived', 'state', 'queue', 'type', 'subject', 'reason', 'error'],
          document.deadLetters.map((letter) => [
            letter.deadLetterId,
            letter.archivedAt,
            letter.state,
            letter.queue,
            ...[letter.type, letter.subject, letter.deadReason, letter.errorMessage].map((text) =>
              oneLine(text ?? '', longestCell),
            ),
          ]),
        );
        return { document, text };
      }),
    );
  deadLetters
    .command('show')
    .description('one dead letter: the event, the reason, the stack, the attempts, the trace and what was done with it')
    .argument('<id>', 'as list shows it', anId)
    .action(
      act(async (session, deadLetterId: number) => {
        const letter = await (await session.door()).records.readDeadLetter({ deadLetterId });
        return { document: letter, text: describeDeadLetter(letter) };
      }),
    );
  chosen(deadLetters.command('replay'))
    .description('send one message again, or all parked ones that meet a filter, to the queue where it failed')
    .option('--reason <text>', 'why; it is kept')
    .addOption(new Option('--force', 'also one that was replayed or discarded before').conflicts('dryRun'))
    .action(
      act(async (session, deadLetterId: number | undefined, flags: Flags, command: Command) => {
        const { records } = await session.door();
        if (isOne(deadLetterId, flags, command)) {
          const { reason, force } = flags;
          const input = parse(operations.replayDeadLetter.input, { deadLetterId, reason, force });
          return describeMarked(await records.replayDeadLetter(input));
        }
        if (flags.force) command.error('--force takes the id of one dead letter');
        const input = parse(operations.replayMatching.input, flags);
        return describeOutcome(await records.replayDeadLetters(input, patience), 'replayed');
      }),
    );
  chosen(deadLetters.command('discard'))
    .description('mark one message, or all parked ones that meet a filter, as needing nothing more; they are kept')
    .requiredOption('--reason <text>', 'why; it is kept')
    .action(
      act(async (session, deadLetterId: number | undefined, flags: Flags, command: Command) => {
        const { records } = await session.door();
        if (isOne(deadLetterId, flags, command)) {
          const { reason } = flags;
          const input = parse(operations.discardDeadLetter.input, { deadLetterId, reason });
          return describeMarked(await records.discardDeadLetter(input));
        }
        const input = parse(operations.discardMatching.input, flags);
        return describeOutcome(await records.discardDeadLetters(input, patience), 'discarded');
      }),
    );
}

/** Ten thousand replays in one call take a while. */
const patience = { timeoutMilliseconds: 60_000 };

/** What strangers have sent may be long; the body, which `show` has, holds it whole. */
const longestCell = 60;

const anId = wholeNumber(1, 999_999_999);

function filtered(command: Command): Command {
  return command
    .option('--queue <name>', 'only those that failed in this queue')
    .option('--dead-reason <reason>', 'only those with this reason, such as retries-exhausted')
    .option('--type <type>', 'only events of this type, such as checkout.payment.processed.v1')
    .option('--subject <id>', 'only those about this checkout')
    .option('--since <time>', 'only those archived then or later (ISO 8601 in UTC)');
}

/** One dead letter by its id, or several by a filter. */
function chosen(command: Command): Command {
  return filtered(command.argument('[id]', 'as list shows it; or give a filter', anId))
    .option('--limit <number>', 'with a filter: how many at most (default: 1000)', wholeNumber(1, 10_000))
    .option('--dry-run', 'with a filter: only tell which ones it would be');
}

function isOne(deadLetterId: number | undefined, flags: Flags, command: Command): deadLetterId is number {
  const { queue, deadReason, type, subject, since, limit, dryRun } = flags;
  const hasFilter = [queue, deadReason, type, subject, since].some((value) => value !== undefined);
  const isSeveral = hasFilter || limit !== undefined || dryRun;
  if (deadLetterId !== undefined && isSeveral) command.error('give the id of one dead letter or a filter, not both');
  if (deadLetterId === undefined && !hasFilter) command.error('give the id of one dead letter or a filter');
  return deadLetterId !== undefined;
}

function describeOutcome(outcome: Outcome, done: 'replayed' | 'discarded'): Answer {
  const { dryRun, matched, deadLetterIds, failed } = outcome;
  const label = dryRun ? `Would be ${done}` : `${done[0]?.toUpperCase()}${done.slice(1)}`;
  const text = details([
    ['Matched', matched],
    [label, deadLetterIds.length],
    ['Dead letters', oneLine(deadLetterIds.join(', '))],
    ['Failed', failed.length > 0 ? oneLine(failed.map(({ deadLetterId }) => deadLetterId).join(', ')) : undefined],
  ]);
  const [first] = failed;
  if (!first) return { document: outcome, text };
  const message = `${failed.length} dead letters were not ${done}, such as ${first.deadLetterId}: ${first.message}`;
  return { document: outcome, text, complaint: complain({ type: 'Incomplete', message }) };
}
