import type { Command } from 'commander';
import { z } from 'zod';
import { parse } from '../../../contracts/validation.ts';
import { productSchema } from '../../../services/catalog/contract.ts';
import { customersContract } from '../../../services/customers/contract.ts';
import { inventoryContract } from '../../../services/inventory/contract.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';
import { readJsonFile } from '../read-json-file.ts';

interface Flags {
  readonly customers?: string;
  readonly products?: string;
  readonly stock?: string;
}

const customersSchema = z.object({ customers: customersContract.operations.importCustomers.input.shape.customers });
const productsSchema = z.object({ products: productSchema.array().min(1).max(1_000) });
const receiptSchema = inventoryContract.operations.receiveStock.input;

export function addImportCommand(program: Command, act: Act): void {
  program
    .command('import')
    .description('add customers, products and stock from JSON files, or bring them up to date')
    .option('--customers <file>', 'an array of customers')
    .option('--products <file>', 'an array of products')
    .option('--stock <file>', 'one delivery: a receiptId and its lines; the same one again is taken in once')
    .action(
      act(async (session, flags: Flags, command: Command) => {
        if (!flags.customers && !flags.products && !flags.stock) {
          command.error('give at least one of --customers, --products and --stock');
        }
        // All files are read before anything is sent.
        const customers = flags.customers
          ? parse(customersSchema, { customers: await readJsonFile(flags.customers) })
          : undefined;
        const products = flags.products
          ? parse(productsSchema, { products: await readJsonFile(flags.products) })
          : undefined;
        const receipt = flags.stock ? parse(receiptSchema, await readJsonFile(flags.stock)) : undefined;

        const services = session.services();
        const document = {
          customers: customers ? (await services.customers.importCustomers(customers)).imported : 0,
          products: products ? await services.catalog.importProducts(products) : 0,
          stockLines: receipt ? receipt.lines.length : 0,
        };
        if (receipt) await services.inventory.receiveStock(receipt);
        const text = details([
          ['Customers', document.customers],
          ['Products', document.products],
          ['Stock lines', document.stockLines],
        ]);
        return { document, text };
      }),
    );
}
