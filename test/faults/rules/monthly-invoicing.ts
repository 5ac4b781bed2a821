import type { OpenedRun } from '../services/invoicing.ts';
import { type Judged, outcomeOf, type Rule, type SubjectRules } from './rule.ts';

/** What must hold of the invoices of a month: one for each resident who owes something, and its manager hears of it once. */
export const monthlyInvoicingRules: SubjectRules = {
  rules: (judged) => [...runRules(judged), ...endRules(judged)],
};

function runRules({ services: { billing }, outcome }: Judged): Rule[] {
  const runs = [...billing.runs.entries()];
  const created = runs.reduce((sum, [, run]) => sum + count(run, 'created'), 0);
  return [
    [created === billing.invoiced.size, `${created} invoices by the runs, ${billing.invoiced.size} in the month`],
    ...runs.flatMap(([runId, { state, outcomes }]): Rule[] => [
      // The opening of one that was cancelled may arrive after its end: the next run of the month closes it.
      [state !== 'open' || (outcome === 'cancelled' && outcomes.size === 0), `the run ${runId} is open at the end`],
      [
        billing.told.filter((told) => told === runId).length === Number(state === 'completed'),
        `the run ${runId} is ${state}, its end was told ${billing.told.length} times`,
      ],
    ]),
  ];
}

const count = ({ outcomes }: OpenedRun, wanted: string) =>
  [...outcomes.values()].filter((outcome) => outcome === wanted).length;

/** One that completes has decided about everybody. */
function endRules(judged: Judged): Rule[] {
  const { communities, billing } = judged.services;
  if (judged.scenario.process.subject !== 'month') return [];
  const completed = [...billing.runs.values()].filter(({ state }) => state === 'completed');
  const isCompleted = outcomeOf(judged) === 'completed';
  return [
    [completed.length > 0 === isCompleted, `${judged.outcome}, ${completed.length} runs are completed`],
    ...completed.map(({ outcomes }): Rule => {
      const decided = [...outcomes.keys()].sort().join();
      const residents = communities.residents.map(({ customerId }) => customerId).sort();
      return [decided === residents.join(), `decided about ${decided}, of ${residents.join()}`];
    }),
  ];
}
