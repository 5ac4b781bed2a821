import { Command } from 'commander';
import type { Act } from './act.ts';
import { addAddressesCommand } from './commands/addresses.ts';
import { addBanCommands } from './commands/ban.ts';
import { addCustomerCommand } from './commands/customer.ts';
import { addDeadLettersCommands } from './commands/dead-letters.ts';
import { addDecideCommands } from './commands/decide.ts';
import { addFollowCommands } from './commands/follow.ts';
import { addHistoryCommand } from './commands/history.ts';
import { addImportCommand } from './commands/import.ts';
import { addLedgerCommands } from './commands/ledger.ts';
import { addListCommand } from './commands/list.ts';
import { addMailCommand } from './commands/mail.ts';
import { addOrderCommand } from './commands/order.ts';
import { addPlaceCommand } from './commands/place.ts';
import { addProductCommand } from './commands/product.ts';
import { addProviderCommands } from './commands/provider.ts';
import { addRefundCommands } from './commands/refund.ts';
import { addStockCommand } from './commands/stock.ts';
import { addSweepCommand } from './commands/sweep.ts';
import { addTopologyCommand } from './commands/topology.ts';
import { addWatchCommand } from './commands/watch.ts';

/** The command line; it throws a `CommanderError` where commander would print and exit. */
export function createProgram(act: Act): Command {
  const program = new Command('npm run cli --')
    .description('Places checkouts and looks into the back office')
    .option('--json', 'print one JSON document, and errors as JSON too')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  addPlaceCommand(program, act);
  addListCommand(program, act);
  addFollowCommands(program, act);
  addWatchCommand(program, act);
  addDecideCommands(program, act);
  addRefundCommands(program, act);
  addProviderCommands(program, act);
  addOrderCommand(program, act);
  addHistoryCommand(program, act);
  addCustomerCommand(program, act);
  addBanCommands(program, act);
  addStockCommand(program, act);
  addProductCommand(program, act);
  addLedgerCommands(program, act);
  addMailCommand(program, act);
  addDeadLettersCommands(program, act);
  addSweepCommand(program, act);
  addTopologyCommand(program, act);
  addImportCommand(program, act);
  addAddressesCommand(program, act);
  return program;
}
