import type { Command } from 'commander';
import type { z } from 'zod';
import { communityOperations } from '../../../api/communities-contract.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { communitiesContract } from '../../../services/communities/contract.ts';
import type { Decision } from '../../../workflows/kit/contract.ts';
import { monthlyInvoicingRequestSchema, monthOf } from '../../../workflows/monthly-invoicing/contract.ts';
import type { FrontDoor } from '../../front-door.ts';
import type { Act } from '../act.ts';
import { describeDecision, describeReason, incomplete } from '../describe-process.ts';
import { type DetailLine, details } from '../details.ts';
import { barOf, type FollowedMonth, waitWithBar } from '../invoicing-progress.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';

const { listInvoicingFailures, pauseInvoicing } = communityOperations;

const monthArgument = ['<month>', 'a community and its month, such as oak-court/2026-02'] as const;

/** A month of a community, and why something is decided about it. */
type Decided = z.infer<typeof pauseInvoicing.input>;

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
        const document = await (await session.door()).communities.scheduleInvoicing(input);
        const { scheduleId, timeZone, billingDay } = document;
        const text = `${scheduleId}: on day ${billingDay} of each month at 06:00 in ${timeZone}`;
        return { document, text };
      }),
    );
  addResidentsCommand(invoicing, act);
  invoicing
    .command('run')
    .description('invoice a month now, and wait for the end; those who have their invoice are left as they are')
    .argument(...monthArgument)
    .action(
      act(async (session, month: string) => {
        const input = readMonth(month);
        const { communities } = await session.door();
        const { invoicingId: id } = await communities.runInvoicing(input);
        const result = await waitWithBar(session, id, await openInvoicing(session, id));
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
    decide: ({ communities }, decided) => communities.pauseInvoicing(decided),
  });
  addDecision(invoicing.command('continue'), act, {
    description: 'go on after a pause',
    decide: ({ communities }, decided) => communities.continueInvoicing(decided),
  });
  const counted = new Map<string, number>();
  repeatable(invoicing.command('status'))
    .description('where the invoicing of a month stands')
    .argument(...monthArgument)
    .action(
      act(async (session, month: string) => {
        const document = await (await openInvoicing(session, month)).status();
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
        const input = parse(listInvoicingFailures.input, { ...readMonth(month), after, limit });
        const document = await (await session.door()).communities.listInvoicingFailures(input);
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
        const document = await (await session.door()).communities.listResidents(input);
        const rows = document.residents.map(({ customerId, name, banned, movedIn, movedOut }) => [
          ...[customerId, name ?? '', banned ? 'banned' : 'active', movedIn, movedOut ?? ''],
        ]);
        return { document, text: table(['customer', 'name', 'status', 'moved in', 'moved out'], rows) };
      }),
    );
}

interface DecisionCommand {
  readonly description: string;
  decide(door: FrontDoor, decided: Decided): Promise<Decision>;
}

function addDecision(command: Command, act: Act, { description, decide }: DecisionCommand): void {
  command
    .description(description)
    .argument(...monthArgument)
    .requiredOption('--note <text>', 'why')
    .action(
      act(async (session, month: string, { note }: { readonly note: string }) => {
        const decided = parse(pauseInvoicing.input, { ...readMonth(month), note });
        const document = await decide(await session.door(), decided);
        return { document, text: describeDecision(document) };
      }),
    );
}

/** A month as it was typed. @throws {ServiceFailure} `InvalidRequest` where it is none */
const readMonth = (month: string) => monthOf(parse(monthlyInvoicingRequestSchema, { invoicingId: month }).invoicingId);

async function openInvoicing(session: Session, month: string): Promise<FollowedMonth> {
  const { client } = await session.process(`monthly-invoicing/${month}`);
  return client as unknown as FollowedMonth;
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
