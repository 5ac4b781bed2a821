import { allHandlersFinished, CancellationScope, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { Progress } from '../kit/progress.ts';
import { type ProcessEnding, runProcess } from '../kit/run-process.ts';
import { Saga } from '../kit/saga.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import { openCalls } from './activities.ts';
import type {
  InvoicingCounts,
  InvoicingProgress,
  InvoicingResult,
  InvoicingState,
  MonthlyInvoicingRequest,
} from './contract.ts';
import { Conversation } from './conversation.ts';
import { noCounts, sumOfCounts } from './counts.ts';
import { invoicingHeadline } from './headline.ts';
import { monthlyInvoicingWorkflowId } from './messages.ts';
import { invoicingCancelled } from './reasons.ts';

/** Pages of one run; a history stays small however many residents there are. */
const pagesOfRun = 500;

/**
 * Invoices the residents of a community for a month, a page of a hundred after the other. Billing issues each page in one
 * transaction, decides by what is there who is still to be invoiced, and keeps who could not be; the history holds cursors
 * and counts. Closing the run is the pivot: billing counts its rows, and has the manager told in the same transaction.
 *
 * @param earlier where an earlier part of the same run has stopped
 * @returns how it ended
 * @throws {ApplicationFailure} when it failed for a reason that a person has to fix; its details hold the `InvoicingResult`
 * @throws {CancelledFailure} when the workflow itself was cancelled before the last page; what is issued stays
 */
export async function monthlyInvoicing(
  request: MonthlyInvoicingRequest,
  earlier?: InvoicingProgress,
): Promise<InvoicingResult> {
  return underItsOwnId(monthlyInvoicingWorkflowId, 'invoicingId', request, (own) => run(own, earlier));
}

async function run(given: MonthlyInvoicingRequest, earlier: InvoicingProgress | undefined): Promise<InvoicingResult> {
  const open = openInvoicing(Object(given) as MonthlyInvoicingRequest, earlier);
  return runProcess({
    ending: open.ending,
    prepare: () => open.conversation.whileCancellable(() => invoiceAll(open)),
    pivot: () => close(open),
    // What follows is in the transaction of the pivot.
    carryThrough: async () => undefined,
  });
}

type OpenInvoicing = ReturnType<typeof openInvoicing>;

function openInvoicing(request: MonthlyInvoicingRequest, earlier: InvoicingProgress | undefined) {
  const { invoicingId } = request;
  const progress = new Progress<InvoicingState, InvoicingCounts>({ state: 'running', headline: invoicingHeadline });
  Object.assign(progress.facts, earlier?.counts);
  const operator = new Operator(progress);
  const saga = new Saga(operator, (undone) => progress.recordUndone(undone));
  const conversation = new Conversation(invoicingId, progress);
  return {
    ...{ request, earlier, progress, operator, saga, conversation, calls: openCalls() },
    // The same in all its parts; a workflow that follows another one under the id has a run of its own.
    runId: earlier?.runId ?? workflowInfo().firstExecutionRunId,
    ending: {
      ...{ progress, saga, milestones: new Milestones(invoicingId, operator) },
      ids: { invoicingId },
      cancelledAs: invoicingCancelled,
      // Its facts are in billing's outbox.
      recordPublication: async () => undefined,
      concluded: (result) => conversation.conclude(result),
    } satisfies ProcessEnding<InvoicingResult>,
  };
}

/** Undo: close the run; the invoices stay. */
async function invoiceAll(open: OpenInvoicing): Promise<void> {
  const { request, earlier, calls, progress, operator, saga, runId } = open;
  const undo = {
    name: 'close the run',
    run: async () => {
      const counts = await calls.closeInvoicingRun(runId, 'cancelled');
      Object.assign(progress.facts, counts);
      return counts !== undefined;
    },
  };
  if (earlier) saga.register(undo);
  else {
    await progress.step('open the run', () =>
      saga.attempt(undo, () =>
        untilAnswered(operator, 'open the run', () =>
          calls.openInvoicingRun(request, { runId, owner: workflowInfo().workflowId }),
        ),
      ),
    );
  }
  await progress.step('issue the invoices', () => issuePages(open));
}

async function issuePages(open: OpenInvoicing): Promise<void> {
  const { request, earlier, calls, progress, operator, conversation, runId } = open;
  let counts = earlier?.counts ?? noCounts;
  let after = earlier?.after;
  let pages = 0;
  do {
    await conversation.untilNextBatch();
    if (pages >= pagesOfRun || workflowInfo().continueAsNewSuggested)
      await goOnInAnotherRun(request, { runId, after, counts });
    const from = after;
    const page = await untilAnswered(operator, 'issue a page of invoices', () =>
      // A cancellation takes effect after the batch.
      CancellationScope.nonCancellable(() => calls.issueInvoicingPage(request.invoicingId, runId, from)),
    );
    counts = sumOfCounts(counts, page.counts);
    Object.assign(progress.facts, counts);
    progress.enter('running');
    pages += 1;
    after = page.next;
  } while (after !== undefined);
  await conversation.untilNextBatch();
}

/** Never returns: who still waits for an answer gets it first. */
async function goOnInAnotherRun(request: MonthlyInvoicingRequest, earlier: InvoicingProgress): Promise<void> {
  await condition(allHandlersFinished);
  await continueAsNew<typeof monthlyInvoicing>(request, earlier);
}

async function close({ calls, progress, operator, conversation, runId }: OpenInvoicing): Promise<void> {
  conversation.close();
  await progress.step('close the run', async () => {
    const counts = await untilAnswered(operator, 'close the run', () => calls.closeInvoicingRun(runId, 'completed'));
    Object.assign(progress.facts, counts);
  });
}
