import { type Command, InvalidArgumentError } from 'commander';
import { table } from '../../../platform/table.ts';
import type { Act } from '../act.ts';

export function addSweepCommand(program: Command, act: Act): void {
  program
    .command('sweep')
    .description('take over what no running workflow owns: undo checkouts that were not paid for, finish the others')
    .option('--older-than <seconds>', 'leave alone what is younger; 900 is what the schedule takes', readSeconds, 900)
    .action(
      act(async (session, { olderThan }: { readonly olderThan: number }) => {
        const [{ SweepClient }, temporal] = await Promise.all([import('../../sweep-client.ts'), session.temporal()]);
        const document = await new SweepClient(temporal).sweep({ olderThanSeconds: olderThan });
        const { looked, recovered } = document;
        const summary = `${looked} looked at, ${recovered.length} taken over`;
        const rows = recovered.map(({ process, id, outcome }) => [process, id, outcome]);
        const text = rows.length > 0 ? `${table(['process', 'id', 'outcome'], rows)}\n${summary}` : summary;
        return { document, text };
      }),
    );
}

function readSeconds(text: string): number {
  const value = Number(text);
  if (/^\d{1,8}$/.test(text) && value <= 31_536_000) return value;
  throw new InvalidArgumentError('It is a number of seconds, at most a year.');
}
