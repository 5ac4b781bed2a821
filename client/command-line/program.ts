import { Command } from 'commander';
import type { Act } from './act.ts';
import { programName } from './program-name.ts';

type AddCommands = (program: Command, act: Act) => void;

/**
 * Every command by its name, in the order of the help. The modules of a command are loaded when it is named: most of the
 * time of a command is that of loading modules.
 */
export const commandModules: readonly { readonly names: readonly string[]; load(): Promise<AddCommands> }[] = [
  { names: ['login', 'logout', 'whoami'], load: async () => (await import('./commands/login.ts')).addLoginCommands },
  { names: ['place'], load: async () => (await import('./commands/place.ts')).addPlaceCommand },
  { names: ['list'], load: async () => (await import('./commands/list.ts')).addListCommand },
  { names: ['status', 'wait', 'cancel'], load: async () => (await import('./commands/follow.ts')).addFollowCommands },
  { names: ['watch'], load: async () => (await import('./commands/watch.ts')).addWatchCommand },
  {
    names: ['pay', 'review', 'operator', 'approval'],
    load: async () => (await import('./commands/decide.ts')).addDecideCommands,
  },
  { names: ['refund', 'refunds'], load: async () => (await import('./commands/refund.ts')).addRefundCommands },
  { names: ['reconcile', 'provider'], load: async () => (await import('./commands/provider.ts')).addProviderCommands },
  { names: ['order'], load: async () => (await import('./commands/order.ts')).addOrderCommand },
  { names: ['history'], load: async () => (await import('./commands/history.ts')).addHistoryCommand },
  { names: ['invoice'], load: async () => (await import('./commands/invoice.ts')).addInvoiceCommands },
  { names: ['invoicing'], load: async () => (await import('./commands/invoicing.ts')).addInvoicingCommands },
  { names: ['payroll'], load: async () => (await import('./commands/payroll.ts')).addPayrollCommands },
  { names: ['po'], load: async () => (await import('./commands/purchase-orders.ts')).addPurchaseOrderCommands },
  { names: ['bill'], load: async () => (await import('./commands/bills.ts')).addBillCommands },
  { names: ['staff'], load: async () => (await import('./commands/staff.ts')).addStaffCommands },
  { names: ['customer'], load: async () => (await import('./commands/customer.ts')).addCustomerCommand },
  { names: ['customers'], load: async () => (await import('./commands/customers.ts')).addCustomersCommands },
  { names: ['ban', 'unban'], load: async () => (await import('./commands/ban.ts')).addBanCommands },
  { names: ['users'], load: async () => (await import('./commands/users.ts')).addUsersCommand },
  { names: ['stock'], load: async () => (await import('./commands/stock.ts')).addStockCommand },
  { names: ['product'], load: async () => (await import('./commands/product.ts')).addProductCommand },
  { names: ['reviews', 'submit-review'], load: async () => (await import('./commands/reviews.ts')).addReviewCommands },
  { names: ['ledger'], load: async () => (await import('./commands/ledger.ts')).addLedgerCommands },
  { names: ['mail'], load: async () => (await import('./commands/mail.ts')).addMailCommand },
  { names: ['dead-letters'], load: async () => (await import('./commands/dead-letters.ts')).addDeadLettersCommands },
  { names: ['sweep'], load: async () => (await import('./commands/sweep.ts')).addSweepCommand },
  { names: ['topology'], load: async () => (await import('./commands/topology.ts')).addTopologyCommand },
  { names: ['import'], load: async () => (await import('./commands/import.ts')).addImportCommand },
  { names: ['addresses'], load: async () => (await import('./commands/addresses.ts')).addAddressesCommand },
  { names: ['completion'], load: async () => (await import('./commands/completion.ts')).addCompletionCommand },
];

/**
 * The command line; it throws a `CommanderError` where commander would print and exit.
 *
 * @param parameters what was typed: of a command that is named only its own modules are loaded, else those of all
 */
export async function createProgram(act: Act, parameters: readonly string[] = []): Promise<Command> {
  const program = new Command(programName);
  program
    .description('Places checkouts and looks into the back office')
    .option('--json', 'print one JSON document, and errors as JSON too')
    .configureHelp({
      showGlobalOptions: true,
      // Those of `topology` are none of `topology migrate`.
      visibleGlobalOptions: ({ parent }) => (parent ? [...program.options] : []),
    })
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  const named = parameters.find((parameter) => !parameter.startsWith('-')) ?? '';
  // Completion is about every command.
  const wanted = named === 'completion' ? [] : commandModules.filter(({ names }) => names.includes(named));
  const adding = (wanted.length > 0 ? wanted : commandModules).map(({ load }) => load());
  for (const addCommands of await Promise.all(adding)) addCommands(program, act);
  return program;
}
