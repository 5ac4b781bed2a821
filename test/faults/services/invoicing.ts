import { ServiceFailure } from '../../../contracts/failures.ts';
import { monthlyInvoicingRefusals } from '../../../contracts/monthly-invoicing-refusals.ts';
import type { InputOf, OutputOf } from '../../../platform/http/contract.ts';
import type { billingContract } from '../../../services/billing/contract.ts';
import { draftOf } from '../../../services/billing/invoice-draft.ts';
import { FakeInvoices } from './invoices.ts';

type Operations = typeof billingContract.operations;
type Run = OutputOf<Operations['openRun']>;
type Resident = InputOf<Operations['issueBatch']>['residents'][number];

const contact = { name: 'Ada Lovelace', email: 'ada@example.org' };

/** A run of monthly invoicing, and what it has decided about each resident. */
export interface OpenedRun {
  readonly opened: InputOf<Operations['openRun']>;
  state: Run['state'];
  readonly outcomes: Map<string, 'created' | 'existing' | 'nothing-to-charge' | 'failed'>;
}

/** The runs of monthly invoicing in memory, as billing keeps them. */
export class FakeInvoicing extends FakeInvoices {
  readonly runs = new Map<string, OpenedRun>();
  /** Who has the invoice of a month: `oak-court/2026-02/c-1`. */
  readonly invoiced = new Set<string>();
  /** Who is not in the copy of the accounts. */
  readonly unknown = new Set<string>();
  /** The runs whose end the manager was told of. */
  readonly told: string[] = [];

  openRun(opened: InputOf<Operations['openRun']>): Run {
    for (const [runId, run] of this.runs) {
      if (run.state !== 'open' || runId === opened.runId || monthOf(run.opened) !== monthOf(opened)) continue;
      if (run.opened.owner !== opened.owner) {
        throw new ServiceFailure(monthlyInvoicingRefusals.RunInProgress, `${runId} is open`);
      }
      run.state = 'interrupted';
    }
    const run = this.runs.get(opened.runId) ?? { opened, state: 'open', outcomes: new Map() };
    this.runs.set(opened.runId, run);
    return toRun(run);
  }

  issueBatch({ runId, residents }: InputOf<Operations['issueBatch']>): OutputOf<Operations['issueBatch']> {
    const run = this.#find(runId);
    if (run.state !== 'open') throw new ServiceFailure('InvalidState', `the run ${runId} is closed`);
    for (const resident of residents) {
      if (!run.outcomes.has(resident.customerId)) run.outcomes.set(resident.customerId, this.#decide(run, resident));
    }
    const ids = new Set<string>(residents.map(({ customerId }) => customerId));
    return countsOf([...run.outcomes].filter(([customerId]) => ids.has(customerId)).map(([, outcome]) => outcome));
  }

  closeRun({ runId, state }: InputOf<Operations['closeRun']>): Run {
    const run = this.#find(runId);
    if (run.state === 'open' && state === 'completed') this.told.push(runId);
    if (run.state === 'open') run.state = state;
    return toRun(run);
  }

  #decide({ opened }: OpenedRun, resident: Resident): 'created' | 'existing' | 'nothing-to-charge' | 'failed' {
    const invoiceId = `${monthOf(opened)}/${resident.customerId}`;
    if (this.invoiced.has(invoiceId)) return 'existing';
    const known = this.unknown.has(resident.customerId) ? undefined : contact;
    const draft = draftOf(resident as never, known);
    if (draft.outcome !== 'created') return draft.outcome;
    this.invoiced.add(invoiceId);
    const { totals, ...invoice } = draft.invoice;
    this.issue({ ...invoice, invoiceId: invoiceId.replaceAll('/', '.'), lines: [...invoice.lines] }, invoiceId, totals);
    return 'created';
  }

  #find(runId: string): OpenedRun {
    const run = this.runs.get(runId);
    if (!run) throw new ServiceFailure('NotFound', `there is no run ${runId}`);
    return run;
  }
}

const monthOf = ({ communityId, period }: InputOf<Operations['openRun']>) => `${communityId}/${period}`;

const toRun = ({ opened, state, outcomes }: OpenedRun) =>
  ({ ...opened, state, counts: { ...countsOf([...outcomes.values()]), total: outcomes.size } }) as unknown as Run;

function countsOf(outcomes: readonly string[]) {
  const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
  return {
    created: count('created'),
    existing: count('existing'),
    nothingToCharge: count('nothing-to-charge'),
    held: 0,
    failed: count('failed'),
  };
}
