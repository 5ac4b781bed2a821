import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { table } from '../../../platform/table.ts';
import type { ReconciliationReport } from '../../../workflows/reconciliation/contract.ts';
import type { ProviderClient } from '../../provider-client.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';

interface ListFlags {
  readonly needsOperator?: true;
  readonly limit: number;
}

/** `reconcile` and `provider`. */
export function addProviderCommands(program: Command, act: Act): void {
  program
    .command('reconcile')
    .description("compare with the payment provider's lists, and heal what webhooks have lost")
    .option('--since <time>', 'only what the provider has made since then, such as 2026-01-31T00:00:00Z (default: all)')
    .action(
      act(async (session, { since }: { readonly since?: string }) => {
        const client = await openProvider(session);
        const report = await client.reconcile(since === undefined ? {} : { since }, randomUUID());
        return { document: report, text: describeReport(report) };
      }),
    );

  repeatable(program.command('provider'))
    .description('refunds and disputes that were made at the payment provider, newest first')
    .option('--needs-operator', 'only those that an operator has to look after: open disputes')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 100)
    .action(
      act(async (session, { needsOperator, limit }: ListFlags) => {
        const client = await openProvider(session);
        const facts = await client.list({ needsOperator, limit });
        const text = table(
          ['kind', 'id', 'order', 'state', 'operator', 'began'],
          facts.map(({ kind, id, orderId, state, needsOperator, startedAt }) => [
            kind,
            id,
            orderId ?? '',
            state,
            needsOperator ? 'needed' : '',
            startedAt,
          ]),
        );
        return { document: { facts }, text: facts.length > 0 ? text : 'Nothing was made at the provider.' };
      }),
    );
}

async function openProvider(session: Session): Promise<ProviderClient> {
  const [{ ProviderClient: Client }, temporal] = await Promise.all([
    import('../../provider-client.ts'),
    session.temporal(),
  ]);
  return new Client(temporal);
}

function describeReport(report: ReconciliationReport): string {
  const { seen, pages, since, startedAt, healed, healedCount, findings, findingCount } = report;
  const facts = details([
    ['Since', since ?? 'the beginning'],
    ['Began', startedAt],
    ['Payments', seen.payments],
    ['Refunds', seen.refunds],
    ['Disputes', seen.disputes],
    ['Pages', pages],
    ['Healed', healedCount],
    ['Does not fit', findingCount],
  ]);
  const healing = table(
    ['healed', 'what was done'],
    healed.map(({ id, action }) => [id, action]),
  );
  const unfit = table(
    ['at the provider', 'what does not fit'],
    findings.map(({ id, finding }) => [id, finding]),
  );
  return [facts, ...(healed.length > 0 ? [healing] : []), ...(findings.length > 0 ? [unfit] : [])].join('\n\n');
}
