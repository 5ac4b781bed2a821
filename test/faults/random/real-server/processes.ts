import { WorkflowFailedError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { OrderId, RefundId } from '../../../../contracts/identifiers.ts';
import { waitUntil } from '../../../../parts/wait.ts';
import { contentHash } from '../../../../platform/content-hash.ts';
import { type CheckoutInput, checkoutRequestSchema } from '../../../../workflows/checkout/contract.ts';
import { checkoutWorkflow, checkoutWorkflowId } from '../../../../workflows/checkout/messages.ts';
import type { ProcessResult } from '../../../../workflows/kit/contract.ts';
import { type RefundInput, refundRequestSchema } from '../../../../workflows/refund/contract.ts';
import { refundWorkflow, refundWorkflowId } from '../../../../workflows/refund/messages.ts';
import { taskQueues } from '../../../../workflows/task-queues.ts';
import type { Clients } from '../../../clients.ts';
import { retryWhileBusy } from './left.ts';
import type { Process, ServerAction } from './sequence.ts';

export type Start = Extract<ServerAction, { readonly what: 'start' }>;

/** What whoever started a process is told; nothing while it waits for somebody. */
export interface Answer {
  /** How it ended, or with which failure it refused. */
  readonly outcome: string;
  readonly reason?: string | undefined;
}

/** What the orders know of a process. */
export interface Known {
  readonly state: string;
  readonly hash: string | undefined;
  readonly reason: string | undefined;
}

/** How long a process may take that waits for nobody: milliseconds. */
const endTimeoutMs = 60_000;

/** The three processes of one sequence, as people reach them. */
export class Processes {
  readonly #clients: Clients;
  readonly #checkoutId: string;
  readonly #inputs: Readonly<Record<Start['content'], CheckoutInput>>;

  /** @param input of its checkout; other content has one piece more */
  constructor(clients: Clients, input: CheckoutInput) {
    this.#clients = clients;
    this.#checkoutId = input.checkoutId;
    const [line] = input.lines;
    this.#inputs = {
      same: input,
      other: { ...input, lines: line ? [{ ...line, quantity: line.quantity + 1 }] : [] },
    };
  }

  workflowIdOf(process: Process): string {
    return process === 'checkout' ? checkoutWorkflowId(this.#checkoutId) : refundWorkflowId(this.#refundIdOf(process));
  }

  handleOf(process: Process): WorkflowHandle {
    return this.#clients.temporal.workflow.getHandle(this.workflowIdOf(process));
  }

  /** The hash by which the orders know a request. */
  hashOf(process: Process, content: Start['content']): string {
    return process === 'checkout'
      ? contentHash(checkoutRequestSchema.parse(this.#inputs[content]))
      : contentHash(refundRequestSchema.parse(this.#refundOf(process, content)));
  }

  async known(process: Process): Promise<Known> {
    const { orders } = this.#clients.services;
    const { state, requestHash, cancellation } =
      process === 'checkout'
        ? await retryWhileBusy(() => orders.recallOrder({ orderId: this.#checkoutId as OrderId }))
        : await retryWhileBusy(() => orders.recallRefund({ refundId: this.#refundIdOf(process) as RefundId }));
    return { state, hash: requestHash, reason: cancellation?.type };
  }

  /** Starts it through our clients, which answer. */
  async startByClient({ process, content }: Start): Promise<Answer | undefined> {
    const { checkouts, refunds } = this.#clients;
    if (process === 'checkout') {
      const { answer, reason } = await checkouts.startCheckout(this.#inputs[content]);
      if (answer === 'needs-action' || answer === 'pending') return undefined;
      return { outcome: answer === 'accepted' ? 'completed' : answer, reason: reason?.type };
    }
    const refund = this.#refundOf(process, content);
    await refunds.startRefund(refund);
    const { outcome, reason } = await refunds.waitForResult(refund.refundId);
    return { outcome, reason: reason?.type };
  }

  /** Starts it with nothing but a type, an id and its request, as the Web UI does. */
  startBare({ process, content }: Start, workflowId = this.workflowIdOf(process)): Promise<WorkflowHandle> {
    const isCheckout = process === 'checkout';
    return this.#clients.temporal.workflow.start(isCheckout ? checkoutWorkflow : refundWorkflow, {
      workflowId,
      taskQueue: taskQueues.checkout,
      args: [isCheckout ? this.#inputs[content] : this.#refundOf(process, content)],
    });
  }

  async isRunning(process: Process): Promise<boolean> {
    return (await statusOf(this.handleOf(process))) === 'RUNNING';
  }

  async isWaitingForTheCustomer(): Promise<boolean> {
    const status = await this.#clients.checkouts.status(this.#checkoutId).catch(() => undefined);
    return status?.waitingFor?.who === 'customer' && (await this.isRunning('checkout'));
  }

  /**
   * Waits until it has ended or waits for the customer.
   *
   * @param handle of the workflow that has to end, where that is not its own
   * @returns what is the matter when it does neither
   */
  async untilEnded(process: Process, handle = this.handleOf(process)): Promise<string | undefined> {
    let matters = '';
    const hasCome = async () => {
      if ((await statusOf(handle)) !== 'RUNNING') return true;
      const status = await this.#ask(process).catch(() => undefined);
      matters = (status?.needsOperator ?? []).map(({ what, message }) => `${what}: ${message}`).join('; ');
      return matters !== '' || status?.waitingFor?.who === 'customer';
    };
    const isOver = await waitUntil(hasCome, { within: endTimeoutMs, every: 100 });
    if (matters) return `${process}: an operator is asked to look after ${matters}`;
    return isOver ? undefined : `${process}: it is running still`;
  }

  #ask(process: Process) {
    const { checkouts, refunds } = this.#clients;
    return process === 'checkout' ? checkouts.status(this.#checkoutId) : refunds.status(this.#refundIdOf(process));
  }

  #refundIdOf(process: Process): string {
    return `${process === 'one refund' ? 'one' : 'another'}-${this.#checkoutId}`;
  }

  #refundOf(process: Process, content: Start['content']): RefundInput {
    const sku = this.#inputs.same.lines[0]?.sku ?? '';
    return {
      refundId: this.#refundIdOf(process),
      orderId: this.#checkoutId,
      reason: content === 'same' ? 'too small' : 'too large',
      // The other one is of all that is left.
      ...(process === 'one refund' && { lines: [{ sku, quantity: 1 }] }),
    };
  }
}

/** `NONE` where Temporal knows nothing of it. */
async function statusOf(handle: WorkflowHandle): Promise<string> {
  try {
    return (await handle.describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'NONE';
    throw error;
  }
}

/** How a workflow ended. */
export async function endOf(handle: WorkflowHandle): Promise<Answer> {
  try {
    const { outcome, reason }: ProcessResult = await handle.result();
    return { outcome, reason: reason?.type };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    if (cause instanceof ApplicationFailure)
      return { outcome: cause.type ?? cause.message, reason: cause.type ?? undefined };
    if (!(cause instanceof CancelledFailure)) return { outcome: String(cause) };
    const [result] = (cause.details ?? []) as ProcessResult[];
    return { outcome: 'cancelled', reason: result?.reason?.type ?? 'CancelledByCustomer' };
  }
}
