import { styleText } from 'node:util';
import { colour } from './colours.ts';
import type { Complaint } from './complaint.ts';

/** What a command answers: the same facts for programs and for people. */
export interface Answer {
  /** The one JSON document that `--json` prints. */
  readonly document: unknown;
  /** For people; nothing is printed when it is empty. */
  readonly text: string;
  /** Set when the answer is not what was asked for, such as a refused checkout: told on standard error, exit code 1. */
  readonly complaint?: Complaint | undefined;
}

/** Prints an answer on standard output and its complaint on standard error. Returns the exit code. */
export function printAnswer({ document, text, complaint }: Answer, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  else if (text) process.stdout.write(`${colour(printable(text))}\n`);
  return complaint ? printComplaint(complaint, json) : 0;
}

/** Prints a complaint on standard error: one line for people, one JSON document for programs. Returns the exit code. */
export function printComplaint(complaint: Complaint, json: boolean): number {
  const { exitCode, ...error } = complaint;
  const mark = styleText('red', 'error:', { stream: process.stderr });
  process.stderr.write(`${json ? JSON.stringify({ error }) : `${mark} ${printable(error.type)}: ${error.message}`}\n`);
  return exitCode;
}

/** Names and texts come from other people: one that holds control characters must not steer the terminal. */
export const printable = (text: string): string => text.replace(/[^\P{Cc}\n]/gu, '\u{FFFD}');
