import type { Command } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { billingContract } from '../../../services/billing/contract.ts';
import { communitiesContract } from '../../../services/communities/contract.ts';
import type { Decision } from '../../../workflows/kit/contract.ts';
import { invoicingIdSchema, monthOf } from '../../../workflows/monthly-invoicing/contract.ts';
import type { Act } from '../act.ts';
import { describeDecision, describeReason, incomplete } from '../describe-process.ts';
import { type DetailLine, details } from '../details.ts';
import { barOf, waitWithBar } from '../invoicing-progress.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';

const monthArgument = ['<month>', 'a community and its month, such as oak-court/2026-02'] as const;

/** Who decides, and why. */
interface Decided {
  readonly by: string;
  readonly issuer: string;
  readonly note: string;
}

/** `invoicing schedule`, `residents`, `run`, `pause`, `continue`, `status` and `failures`. */
export function addInvoicingCommands(program: Command, act: Act): void {
  const invoicing = program.command('invoicing').description('the invoices that communities issue each month');
  invoicing
    .command('schedule')
    .description('have each month of a community invoiced on its billing day')
    .argument('<community>')
    .action(
      act(async (session, communityId: string) => {
        const input = parse(communitiesContract.operations.findCommunity.input, { communityId });
        const community = await session.services().communities.findCommunity(input);
        const [{ scheduleMonthlyInvoicing }, temporal] = await Promise.all([
          import('../../monthly-invoicing-schedule.ts'),
          session.temporal(),
        ]);
        const scheduleId = await scheduleMonthlyInvoicing(temporal, community);
        const { timeZone, billingDay } = community;
        const text = `${scheduleId}: on day ${billingDay} of each month at 06:00 in ${timeZone}`;
        return { document: { scheduleId, communityId, timeZone, billingDay }, text };
      }),
    );
  addResidentsCommand(invoicing, act);
  invoicing
    .command('run')
    .description('invoice a month now, and wait for the end; those who have their invoice are left as they are')
    .argument(...monthArgument)
    .action(
      act(async (session, month: string) => {
        const client = await openInvoicing(session);
        const id = await client.start(month);
        const result = await waitWithBar(session, id, client);
        const text = details([
          ['Outcome', result.outcome],
          ...described(result),
          ['Reason', describeReason(result.reason)],
        ]);
        const process = { kind: 'monthly-invoicing', id };
        return { document: result, text, complaint: incomplete(process, result.outcome, result.reason) };
      }),
    );
  addDecision(invoicing.command('pause'), act, {
    description: 'issue nothing more after the batch that is in progress',
    decide: async (session, month, decided) => (await openInvoicing(session)).pause(month, decided),
  });
  addDecision(invoicing.command('continue'), act, {
    description: 'go on after a pause',
    decide: async (session, month, decided) => (await openInvoicing(session)).continue(month, decided),
  });
  const counted = new Map<string, number>();
  repeatable(invoicing.command('status'))
    .description('where the invoicing of a month stands')
    .argument(...monthArgument)
    .action(
      act(async (session, month: string) => {
        const document = await (await openInvoicing(session)).status(month);
        const { state, waitingFor, reason } = document;
        const facts = details([
          ['State', state],
          ...described(document),
          ['Waits for', waitingFor?.message],
          ['Reason', describeReason(reason)],
        ]);
        const bar = await barOf(session, month, document, counted);
        return { document, text: [bar, facts].filter(Boolean).join('\n\n') };
      }),
    );
  invoicing
    .command('failures')
    .description('who could not be invoiced in the last run of a month, and why')
    .argument(...monthArgument)
    .option('--after <customer>', 'only those whose id comes after this one')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 100)
    .action(
      act(async (session, month: string, { after, limit }: { readonly after?: string; readonly limit: number }) => {
        const { billing } = session.services();
        const { runId } = await billing.findLastRun(monthOf(parse(invoicingIdSchema, month)));
        const input = parse(billingContract.operations.listRunFailures.input, { runId, after, limit });
        const document = await billing.listRunFailures(input);
        const rows = document.failures.map(({ customerId, reason }) => [customerId, reason.type, reason.message]);
        return { document, text: table(['customer', 'type', 'reason'], rows) };
      }),
    );
}

function addResidentsCommand(invoicing: Command, act: Act): void {
  invoicing
    .command('residents')
    .description('the residents of a community, those who have moved out among them')
    .argument('<community>')
    .option('--after <customer>', 'only those whose id comes after this one')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 100)
    .action(
      act(async (session, communityId: string, flags: { readonly after?: string; readonly limit: number }) => {
        const input = parse(communitiesContract.operations.listResidents.input, { communityId, ...flags });
        const document = await session.services().communities.listResidents(input);
        const rows = document.residents.map(({ customerId, name, banned, movedIn, movedOut }) => [
          ...[customerId, name ?? '', banned ? 'banned' : 'active', movedIn, movedOut ?? ''],
        ]);
        return { document, text: table(['customer', 'name', 'status', 'moved in', 'moved out'], rows) };
      }),
    );
}

interface DecisionCommand {
  readonly description: string;
  decide(session: Session, month: string, decided: Decided): Promise<Decision>;
}

function addDecision(command: Command, act: Act, { description, decide }: DecisionCommand): void {
  command
    .description(description)
    .argument(...monthArgument)
    .requiredOption('--note <text>', 'why')
    .action(
      act(async (session, month: string, { note }: { readonly note: string }) => {
        const document = await decide(session, month, {
          ...(await session.actor('operator', 'finance', 'manager')),
          note,
        });
        return { document, text: describeDecision(document) };
      }),
    );
}

/** Loaded when it is needed, as Temporal's packages take most of the time of a command. */
async function openInvoicing(session: Session) {
  const [{ MonthlyInvoicingClient }, temporal] = await Promise.all([
    import('../../monthly-invoicing-client.ts'),
    session.temporal(),
  ]);
  return new MonthlyInvoicingClient(temporal, session.services().billing);
}

interface Counts {
  readonly created?: number;
  readonly existing?: number;
  readonly nothingToCharge?: number;
  readonly held?: number;
  readonly failed?: number;
  readonly total?: number;
}

const described = ({ created, existing, nothingToCharge, held, failed, total }: Counts): DetailLine[] => [
  ['Issued', created],
  ['Of them on hold', held],
  ['Invoiced before', existing],
  ['Nothing to charge', nothingToCharge],
  ['Failed', failed],
  ['Residents', total],
];
