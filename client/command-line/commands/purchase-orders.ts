import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { purchaseOrderOperations } from '../../../api/purchase-orders-contract.ts';
import { type Currency, formatMoney } from '../../../contracts/currency.ts';
import { currencySchema } from '../../../contracts/money.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { orderStates } from '../../../services/purchasing/order-shapes.ts';
import type { Act } from '../act.ts';
import { describeDecision, describeReason } from '../describe-process.ts';
import { answerOf, describedApproval } from '../describe-purchase-order.ts';
import { details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';
import { readTypedAmount } from '../typed-amount.ts';

/** How often `submit` asks whether it is submitted. */
const pollMs = 500;
const orderArgument = ['<order>', 'the id of the order'] as const;
const { submitPurchaseOrder, amendPurchaseOrder, approvePurchaseOrder, closePurchaseOrder, listPurchaseOrders } =
  purchaseOrderOperations;

/** A line as it was typed. */
interface TypedLine {
  readonly quantity: number;
  readonly price: string;
  readonly description: string;
}

/** Reads `QUANTITY=PRICE=DESCRIPTION` and adds it to those before. */
function addLine(text: string, lines: readonly TypedLine[] = []): TypedLine[] {
  const [, quantity, price, description] = /^(\d{1,9})=([^=]+)=(.+)$/s.exec(text) ?? [];
  if (!quantity || !price || !description) {
    throw new InvalidArgumentError('It is QUANTITY=PRICE=DESCRIPTION, such as 2=19.90=Lamps.');
  }
  return [...lines, { quantity: Number(quantity), price, description }];
}

const linesOf = (lines: readonly TypedLine[], currency: Currency) =>
  lines.map(({ quantity, price, description }) => ({
    ...{ quantity, description },
    unitPrice: readTypedAmount(price, currency, 'line'),
  }));

interface SubmitFlags {
  readonly vendor: string;
  readonly currency: string;
  readonly line: readonly TypedLine[];
  readonly budget?: string;
  readonly id?: string;
}

interface VoteFlags {
  readonly version: number;
  readonly note: string;
}

/** `po submit`, `amend`, `approve`, `reject`, `withdraw`, `close`, `show`, `list`. */
export function addPurchaseOrderCommands(program: Command, act: Act): void {
  const po = program.command('po').description('purchase orders: what is ordered of vendors, and who approves it');
  po.command('submit')
    .description('submit an order: you are its requester, and approve nothing of it')
    .requiredOption('--vendor <id>', 'whom it is bought from')
    .requiredOption('--currency <code>', 'the currency of its prices')
    .requiredOption('--line <quantity=price=description>', 'a line, net of tax; again for each', addLine)
    .option('--budget <id>', 'what it is paid from')
    .option('--id <order>', 'the id of the order; the same again is the same order')
    .action(
      act(async (session, { vendor, currency, line, budget, id }: SubmitFlags) => {
        const lines = linesOf(line, parse(currencySchema, currency));
        const draft = {
          poId: id ?? randomUUID(),
          vendorId: vendor,
          currency,
          lines,
          ...(budget && { budgetId: budget }),
        };
        const { poId } = await (await session.door()).purchaseOrders.submitPurchaseOrder(
          parse(submitPurchaseOrder.input, draft),
        );
        let document = await statusOf(session, poId);
        while (document.state === 'running' && document.needsOperator.length === 0) {
          await delay(pollMs);
          document = await statusOf(session, poId);
        }
        return answerOf(document);
      }),
    );
  repeatable(po.command('show'))
    .description('an order with its lines, and whose approval is missing')
    .argument(...orderArgument)
    .action(
      act(async (session, poId: string) => {
        const { purchaseOrders } = await session.door();
        const [status, order] = await Promise.all([
          statusOf(session, poId),
          purchaseOrders.findPurchaseOrder(parse(purchaseOrderOperations.findPurchaseOrder.input, { poId })),
        ]);
        const money = (amount: number) => formatMoney(amount, order.currency);
        const rows = order.lines.map(({ line, description, quantity, unitPrice, received, billed }) => [
          ...[line, description, quantity, money(unitPrice), received, billed],
        ]);
        const head = details([
          ['Number', order.number],
          ['Vendor', `${order.vendorName} (${order.vendorId})`],
          ['Requester', order.requester.personId],
          ['State', order.state],
          ['Version', order.version],
          ['Total', money(order.total)],
          ['Budget', order.budgetId],
          ...describedApproval(status.approval),
          ['Reason', describeReason(status.reason)],
        ]);
        const lines = table(['line', 'description', 'quantity', 'price', 'received', 'billed'], rows);
        return { document: { ...order, approval: status.approval }, text: `${head}\n\n${lines}` };
      }),
    );
  repeatable(po.command('list'))
    .description('orders, newest first')
    .option('--awaiting <person>', 'only those that wait for a decision of this person')
    .option('--requester <person>', 'only those that this person asks for')
    .option('--vendor <id>', 'only those of this vendor')
    .addOption(new Option('--state <state>', 'only those in this state').choices(orderStates))
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 100)
    .action(
      act(async (session, flags: Readonly<Record<string, string | number>>) => {
        const { awaiting: awaitingPerson, vendor: vendorId, requester, state, limit } = flags;
        const given = Object.entries({ awaitingPerson, vendorId, requester, state, limit });
        const filter = parse(
          listPurchaseOrders.input,
          Object.fromEntries(given.filter(([, value]) => value !== undefined)),
        );
        const document = await (await session.door()).purchaseOrders.listPurchaseOrders(filter);
        const rows = document.orders.map(
          ({ number, poId, state: stands, vendorName, requester: by, total, currency }) => [
            ...[number, poId, stands, vendorName, by.personId, formatMoney(total, currency)],
          ],
        );
        return { document, text: table(['number', 'order', 'state', 'vendor', 'requester', 'total'], rows) };
      }),
    );
  addVote(
    po.command('amend').requiredOption('--line <quantity=price=description>', 'a line; again for each', addLine),
    {
      ...{ act, description: 'put other lines in the place of a version; what was approved is void' },
      async run(session, vote, { line = [] }: { readonly line?: readonly TypedLine[] }) {
        const { currency = 'EUR' } = await statusOf(session, vote.poId);
        const input = parse(amendPurchaseOrder.input, { ...vote, lines: linesOf(line, currency) });
        const document = await (await session.door()).purchaseOrders.amendPurchaseOrder(input);
        return { document, text: details([['Version', document.version], ...describedApproval(document)]) };
      },
    },
  );
  addVote(po.command('approve'), {
    ...{ act, description: 'approve a version, for a role that you hold' },
    async run(session, vote) {
      const document = await (await session.door()).purchaseOrders.approvePurchaseOrder(vote);
      return { document, text: details(describedApproval(document)) };
    },
  });
  addVote(po.command('reject'), {
    ...{ act, description: 'reject a version, which ends the order' },
    async run(session, vote) {
      const document = await (await session.door()).purchaseOrders.rejectPurchaseOrder(vote);
      return { document, text: describeDecision(document) };
    },
  });
  addVote(po.command('withdraw'), {
    ...{ act, description: 'withdraw an order that you have written, unless it is approved' },
    async run(session, vote) {
      const document = await (await session.door()).purchaseOrders.withdrawPurchaseOrder(vote);
      return {
        document,
        text: details([
          ['Outcome', document.outcome],
          ['Undone', document.undone.join(', ')],
        ]),
      };
    },
  });
  po.command('close')
    .description('close an approved order: what is not billed of it is not reserved any more')
    .argument(...orderArgument)
    .requiredOption('--reason <text>', 'why')
    .action(
      act(async (session, poId: string, { reason }: { readonly reason: string }) => {
        const input = parse(closePurchaseOrder.input, { poId, reason });
        const document = await (await session.door()).purchaseOrders.closePurchaseOrder(input);
        const { number, released, currency } = document;
        return { document, text: `${number} is closed; ${formatMoney(released, currency)} are released` };
      }),
    );
}

interface Vote {
  readonly act: Act;
  readonly description: string;
  run(session: Session, vote: VoteInput, flags: object): Promise<{ readonly document: object; readonly text: string }>;
}

type VoteInput = ReturnType<typeof readVote>;
const readVote = (poId: string, { version, note }: VoteFlags) =>
  parse(approvePurchaseOrder.input, { poId, version, note });

function addVote(command: Command, { act, description, run }: Vote): void {
  command
    .description(description)
    .argument(...orderArgument)
    .requiredOption('--version <number>', 'what was looked at, as `po show` says', wholeNumber(1, 1_000_000))
    .requiredOption('--note <text>', 'why')
    .action(act((session, poId: string, flags: VoteFlags) => run(session, readVote(poId, flags), flags)));
}

const statusOf = async (session: Session, poId: string) =>
  (await session.door()).purchaseOrders.readPurchaseOrder(
    parse(purchaseOrderOperations.readPurchaseOrder.input, { poId }),
  );
