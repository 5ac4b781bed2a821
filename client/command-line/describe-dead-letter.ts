import { wholeCharacters } from '../../contracts/whole-characters.ts';
import { table } from '../../platform/table.ts';
import type { DeadLetter, DeadLetterBody, DeadLetterDetails } from '../../services/dead-letters/contract.ts';
import type { Answer } from './answer.ts';
import { oneLine } from './complaint.ts';
import { details } from './details.ts';
import { programName } from './program-name.ts';

/** Characters of a body that people are shown. */
const longestBody = 4_000;

/** All that is known of a dead letter, for people. */
export function describeDeadLetter(letter: DeadLetterDetails): string {
  const { errorType, errorMessage, exchange, routingKey } = letter;
  const facts = details([
    ['Dead letter', letter.deadLetterId],
    ['State', letter.state],
    ['Event', line(letter.type)],
    ['Subject', line(letter.subject)],
    ['Message', line(letter.messageId)],
    ['Queue', letter.queue],
    ['Came by', exchange === null ? undefined : oneLine(`${exchange || 'the default exchange'}, ${routingKey ?? ''}`)],
    ['Reason', line(letter.deadReason)],
    ['Error', oneLine([errorType, errorMessage].filter(Boolean).join(': '))],
    ['Attempts', letter.attempts],
    ['First failed', letter.firstFailedAt ?? undefined],
    ['Archived', letter.archivedAt],
    ['Correlation', line(letter.correlationId)],
    ['Trace', line(letter.traceparent)],
    ['Replay of', letter.replayOf ?? undefined],
    ['Failed again as', letter.failedAgainAs.join(', ')],
    ['Next', letter.state === 'parked' ? nextCommand(letter) : undefined],
  ]);
  const done = table(
    ['when', 'what', 'by', 'reason'],
    letter.actions.map(({ at, action, by, reason }) => [at, action, oneLine(by), oneLine(reason ?? '')]),
  );
  return [
    facts,
    ...(letter.errorStack ? [letter.errorStack] : []),
    `Body, ${letter.bodySize.toLocaleString('en')} bytes\n${describeBody(letter.body)}`,
    ...(letter.actions.length > 0 ? [done] : []),
  ].join('\n\n');
}

/** A dead letter that was replayed or discarded just now. */
export function describeMarked(letter: DeadLetter): Answer {
  const text = details([
    ['Dead letter', letter.deadLetterId],
    ['State', letter.state],
    ['Event', line(letter.type)],
    ['Subject', line(letter.subject)],
    ['Queue', letter.queue],
  ]);
  return { document: letter, text };
}

const line = (text: string | null) => (text === null ? undefined : oneLine(text));

const nextCommand = ({ deadLetterId }: DeadLetter) =>
  `${programName} dead-letters replay ${deadLetterId} or discard ${deadLetterId} --reason TEXT`;

function describeBody({ encoding, content }: DeadLetterBody): string {
  const text = encoding === 'json' ? JSON.stringify(content, null, 2) : content;
  const shown = text.length > longestBody ? `${wholeCharacters(text, longestBody)}…\n(--json shows all of it)` : text;
  return encoding === 'base64' ? `in base64: ${shown}` : shown;
}
