import { setTimeout as delay } from 'node:timers/promises';
import { firstDayOf } from '../../contracts/calendar.ts';
import { parse } from '../../contracts/validation.ts';
import { drawProgress, type Progress, showProgress } from '../../platform/progress-bar.ts';
import { communitiesContract } from '../../services/communities/contract.ts';
import {
  type InvoicingResult,
  type InvoicingStatus,
  invoicingIdSchema,
  monthOf,
} from '../../workflows/monthly-invoicing/contract.ts';
import { isTransient } from './repetition.ts';
import type { Session } from './session.ts';

const things = 'residents';
const millisecondsBetweenLooks = 500;

/** What a month goes through, by its name: it is counted once for a command. */
type Counted = Map<string, number>;

/**
 * How many residents a month goes through; `undefined` where nobody would see a bar, or nobody can say.
 *
 * @param counted kept between the looks of one command
 */
async function billableOf(session: Session, month: string, counted: Counted = new Map()): Promise<number | undefined> {
  if (session.json || !process.stdout.isTTY) return undefined;
  const known = counted.get(month);
  if (known !== undefined) return known;
  const { communityId, period } = monthOf(parse(invoicingIdSchema, month));
  const input = parse(communitiesContract.operations.countBillable.input, { communityId, date: firstDayOf(period) });
  try {
    const { residents } = await (await session.door()).communities.countBillable(input);
    counted.set(month, residents);
    return residents;
  } catch (error) {
    // The month goes on without its community's service, and is shown without a bar.
    if (isTransient(error)) return undefined;
    throw error;
  }
}

/** A bar for a month that is being invoiced, where people look at it; else nothing. */
export async function barOf(
  session: Session,
  month: string,
  status: InvoicingStatus,
  counted: Counted,
): Promise<string> {
  if (!isRunning(status)) return '';
  const total = await billableOf(session, month, counted);
  return total === undefined ? '' : drawProgress(status.total ?? 0, total, things);
}

const isRunning = ({ state }: InvoicingStatus): boolean => state === 'running' || state === 'paused';

/** A month that is followed. */
export interface FollowedMonth {
  status(): Promise<InvoicingStatus>;
  waitForResult(): Promise<InvoicingResult>;
}

/** Waits for the end of a month, and shows how far it is where people look at it. */
export async function waitWithBar(session: Session, month: string, followed: FollowedMonth): Promise<InvoicingResult> {
  const total = await billableOf(session, month);
  if (!total) return followed.waitForResult();
  const bar = showProgress(total, things);
  const ended = new AbortController();
  const following = follow(followed, bar, ended.signal);
  try {
    const result = await followed.waitForResult();
    ended.abort();
    bar.advance((result.total ?? 0) - (await following));
    return result;
  } finally {
    ended.abort();
    await following;
    bar.stop();
  }
}

/** @returns how far the bar is at the end */
async function follow(followed: FollowedMonth, bar: Progress, ended: AbortSignal): Promise<number> {
  let shown = 0;
  while (!ended.aborted) {
    try {
      await delay(millisecondsBetweenLooks, undefined, { signal: ended });
      const { total = shown } = await followed.status();
      bar.advance(total - shown);
      shown = total;
    } catch {
      // The end says what has happened; a look that fails shows nothing.
    }
  }
  return shown;
}
