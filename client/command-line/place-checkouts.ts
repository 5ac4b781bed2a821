import { formatMoney } from '../../contracts/currency.ts';
import { table } from '../../platform/table.ts';
import type { CheckoutAnswer, CheckoutRequest } from '../../workflows/checkout/contract.ts';
import { untilAnswered } from '../front-door.ts';
import type { AnyResult } from '../process-kinds.ts';
import type { Answer } from './answer.ts';
import { type Complaint, complain, complaintOf } from './complaint.ts';
import { describeAmounts, describeReason, describeWaiting, incomplete, waitingDetails } from './describe-process.ts';
import { details } from './details.ts';
import { programName } from './program-name.ts';
import type { Session } from './session.ts';

interface Placed extends Omit<CheckoutAnswer, 'contentHash'> {
  /** How it ended, when that was waited for. */
  readonly result?: AnyResult;
  readonly webPage: string | undefined;
}

interface NotPlaced {
  readonly checkoutId: string;
  readonly error: Omit<Complaint, 'exitCode'>;
}

/** How many checkouts of a file are under way at a time. */
const atOnce = 16;

interface PlaceOptions {
  /** Whether to wait for the end, too. */
  readonly wait: boolean;
  /** Told what a checkout waits for, while its end is waited for. */
  readonly tell: (line: string) => void;
}

/**
 * Places one checkout.
 *
 * @throws {ServiceFailure} as the front door's `placeCheckout` does
 */
export async function place(session: Session, request: CheckoutRequest, { wait, tell }: PlaceOptions): Promise<Placed> {
  const { checkoutId } = request;
  const [{ checkouts }, { client, webPage }] = await Promise.all([session.door(), session.process(checkoutId)]);
  const answer = await untilAnswered(() => checkouts.placeCheckout(request));
  if (wait && answer.waitingFor) tell(`${checkoutId} waits for ${describeWaiting(answer.waitingFor)}`);
  return {
    ...answer,
    ...(wait && { result: await client.waitForResult() }),
    webPage,
  };
}

/** Places many checkouts; one that cannot be placed does not hold up the others. */
export async function placeTogether(
  session: Session,
  requests: readonly CheckoutRequest[],
  options: PlaceOptions,
): Promise<(Placed | NotPlaced)[]> {
  const placed: (Placed | NotPlaced)[] = [];
  const open = requests.entries();
  const takeTurns = async () => {
    for (const [index, request] of open) {
      placed[index] = await place(session, request, options).catch((cause: unknown) => {
        const { exitCode: _, ...error } = complaintOf(cause);
        return { checkoutId: request.checkoutId, error };
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return placed;
}

/** What was answered about a checkout that goes on, and how it ended where that was waited for. */
export function describePlaced(placed: Placed): Answer {
  const { checkoutId, orderId, answer, amounts, reason, result, webPage } = placed;
  const text = details([
    ['Answer', answer],
    ['Outcome', result?.outcome],
    ['Checkout', checkoutId],
    ['Order', orderId],
    ['Total', describeAmounts(amounts)],
    ['Reason', describeReason(result ? result.reason : reason)],
    ['Undone', result?.undone.join(', ')],
    ...(result ? [] : waitingDetails({ ...named(placed), ...placed })),
    ['Status', `${programName} status ${checkoutId}`],
    ['Watch', result ? undefined : `${programName} watch ${checkoutId}`],
    ['Web UI', webPage],
  ]);
  return { document: placed, text, complaint: complaintAbout(placed) };
}

export function describePlacedTogether(all: readonly (Placed | NotPlaced)[]): Answer {
  const text = table(
    ['checkout', 'answer', 'total', 'reason', 'waits for'],
    all.map((placed) =>
      'error' in placed
        ? [placed.checkoutId, 'error', '', `${placed.error.type}: ${placed.error.message}`, '']
        : [
            placed.checkoutId,
            placed.result?.outcome ?? placed.answer,
            placed.amounts ? formatMoney(placed.amounts.total, placed.amounts.currency) : '',
            describeReason(placed.result ? placed.result.reason : placed.reason) ?? '',
            !placed.result && placed.waitingFor ? describeWaiting(placed.waitingFor) : '',
          ],
    ),
  );
  const unwell = all.flatMap((placed) => {
    const complaint = 'error' in placed ? placed.error : complaintAbout(placed);
    return complaint ? [`${placed.checkoutId} (${complaint.type})`] : [];
  });
  const complaint = complain({
    type: 'NotAllAccepted',
    message: `${unwell.length} of ${all.length} checkouts did not succeed: ${unwell.slice(0, 5).join(', ')}${unwell.length > 5 ? ', …' : ''}`,
  });
  return { document: all, text, ...(unwell.length > 0 && { complaint }) };
}

const named = ({ checkoutId: id }: Placed) => ({ kind: 'checkout', id });

const complaintAbout = (placed: Placed): Complaint | undefined => {
  const { result, answer, reason } = placed;
  return result ? incomplete(named(placed), result.outcome, result.reason) : incomplete(named(placed), answer, reason);
};
