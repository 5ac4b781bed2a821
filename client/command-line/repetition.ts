import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { ServiceFailure } from '../../contracts/failures.ts';
import { type Answer, printable, printComplaint } from './answer.ts';
import { colour } from './colours.ts';
import { type Complaint, complaintOf } from './complaint.ts';
import { wholeNumber } from './option-values.ts';
import { createPicture } from './picture.ts';

const usualSeconds = 2;

interface Flags {
  readonly watch?: true;
  readonly interval?: number;
}

/** Gives a command that only looks the option to look again and again. */
export function repeatable(command: Command): Command {
  return command
    .option('--watch', 'look again and again, and show what has changed; Ctrl-C ends it')
    .option('--interval <seconds>', `with --watch: how often (default: ${usualSeconds})`, wholeNumber(1, 3_600));
}

/**
 * How often a command is to look again, in seconds; `undefined` where it is to look once.
 *
 * @throws {CommanderError} for an interval without `--watch`
 */
export function repetitionOf(command: Command): number | undefined {
  const { watch, interval } = command.opts<Flags>();
  if (watch) return interval ?? usualSeconds;
  return interval === undefined ? undefined : command.error('--interval needs --watch');
}

/** What a part of the system answers that is away for a moment: what watches it goes on. */
export const isTransient = (error: unknown): error is ServiceFailure =>
  error instanceof ServiceFailure && error.failure.retryable;

interface RepetitionOptions {
  /** Seconds between two looks. */
  readonly interval: number;
  readonly json: boolean;
}

/** What those see who have a command look again and again. */
interface RepeatedView {
  show(answer: Answer): void;
  /** A look has failed that may succeed later. */
  fail(complaint: Complaint): void;
}

/**
 * Looks again and again, until the process is ended: on a terminal one picture that is drawn again, elsewhere each answer
 * that differs from the one before, with `--json` as one document a line. While a part of the system is away the last
 * answer stays, and the reason is told once.
 */
export async function repeat(look: () => Promise<Answer>, { interval, json }: RepetitionOptions): Promise<never> {
  const view = !json && process.stdout.isTTY ? createScreen(interval) : createLog(json);
  for (;;) {
    try {
      view.show(await look());
    } catch (error) {
      if (!isTransient(error)) throw error;
      view.fail(complaintOf(error));
    }
    await delay(interval * 1_000);
  }
}

function createScreen(interval: number): RepeatedView {
  const draw = createPicture('first');
  let latest = '';
  const show = ({ type, message }: Partial<Complaint>, ending = '') => {
    const trouble = message ? `${type}: ${message}${ending}` : '';
    const head = `every ${interval} s, ${new Date().toISOString()}, Ctrl-C ends it`;
    draw([head, trouble, latest].filter(Boolean).join('\n\n'));
  };
  return {
    show({ text, complaint = {} }) {
      latest = text;
      show(complaint);
    },
    fail: (complaint) => show(complaint, '; trying again'),
  };
}

function createLog(json: boolean): RepeatedView {
  let told: string | undefined;
  let complained: string | undefined;
  const complain = (complaint: Complaint | undefined) => {
    if (complained === complaint?.message) return;
    complained = complaint?.message;
    if (complaint) printComplaint(complaint, json);
  };
  return {
    show({ document, text, complaint }) {
      const news = json ? JSON.stringify(document) : printable(text);
      if (news !== told) process.stdout.write(json ? `${news}\n` : `${new Date().toISOString()}\n${colour(news)}\n\n`);
      told = news;
      complain(complaint);
    },
    fail: complain,
  };
}
