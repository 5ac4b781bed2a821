import type { Command } from 'commander';
import { z } from 'zod';
import { communityIdSchema } from '../../../contracts/identifiers.ts';
import { showProgress } from '../../../platform/progress-bar.ts';
import { type ExistingProducts, productSchema } from '../../../services/catalog/contract.ts';
import { communitySchema, importedResidentSchema } from '../../../services/communities/shapes.ts';
import { importedCustomerSchema } from '../../../services/customers/contract.ts';
import { receiptSchema } from '../../../services/inventory/contract.ts';
import { employeeSchema } from '../../../services/payroll/shapes.ts';
import { batches } from '../../batches.ts';
import { readJsonFile } from '../../files/json-file.ts';
import { receiptCalls } from '../../stock-receipt.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';

interface Flags {
  readonly customers?: string;
  readonly products?: string;
  readonly replace?: true;
  readonly stock?: string;
  readonly communities?: string;
  readonly residents?: string;
  readonly employees?: string;
}

/** How many go into one call; each service takes as many at least. */
const batchSize = 1_000;
/** Bytes that go into one call, as JSON: less than the front door takes. */
const largestBatch = 500_000;

const customersSchema = importedCustomerSchema.array().min(1, 'the file has no customer');
const productsSchema = productSchema.array().min(1, 'the file has no product');
const communitiesSchema = communitySchema.array().min(1, 'the file has no community');
const employeesSchema = employeeSchema.array().min(1, 'the file has no employee');
const residentsSchema = z.strictObject({
  communityId: communityIdSchema,
  residents: importedResidentSchema
    .array()
    .min(1, 'the file has no resident')
    .superRefine((residents, context) => {
      const first = new Map<string, number>();
      for (const [index, { customerId }] of residents.entries()) {
        const before = first.get(customerId);
        if (before === undefined) first.set(customerId, index);
        // Which of the two counts is not for the order of a file to say.
        else {
          const message = `${customerId} is residents.${before} too; name each resident once`;
          context.addIssue({ code: 'custom', path: [index, 'customerId'], message });
        }
      }
    }),
});
const deliverySchema = z.strictObject({
  receiptId: receiptSchema.shape.receiptId,
  lines: receiptSchema.shape.lines.element.array().min(1, 'at least one line is needed'),
});

export function addImportCommand(program: Command, act: Act): void {
  program
    .command('import')
    .description(
      'add customers, products, stock, communities, residents and employees from JSON files, or update them; no import lifts a ban',
    )
    .option('--customers <file>', 'an array of customers')
    .option('--products <file>', 'an array of products; what a product leaves out (a price, a discount) stays')
    .option('--replace', 'the products are what the file says: what it leaves out is removed')
    .option('--stock <file>', 'one delivery: a receiptId and its lines; the same one again is taken in once')
    .option('--communities <file>', 'an array of communities')
    .option('--residents <file>', 'the residents of one community: a communityId and residents')
    .option('--employees <file>', 'an array of employees, with what they earn each month')
    .action(
      act(async (session, flags: Flags, command: Command) => {
        const { customers: ofCustomers, products: ofProducts, stock, communities: ofCommunities, residents } = flags;
        const { employees: ofEmployees } = flags;
        if (![ofCustomers, ofProducts, stock, ofCommunities, residents, ofEmployees].some(Boolean)) {
          command.error(
            'give at least one of --customers, --products, --stock, --communities, --residents and --employees',
          );
        }
        if (flags.replace && !flags.products) command.error('--replace needs --products');
        const [customers, products, delivery, communities, living, employees] = await readFiles(flags);
        const door = await session.door();
        const existing: ExistingProducts = flags.replace ? 'replace' : 'update';
        const document = {
          customers: 0,
          products: 0,
          stockLines: delivery?.lines.length ?? 0,
          stillBanned: [] as string[],
          ...(communities.length > 0 && { communities: communities.length }),
          ...(living && { residents: 0 }),
          ...(employees.length > 0 && { employees: employees.length }),
        };
        await inTurn('customers', batches(customers, batchSize, largestBatch), session.json, async (batch) => {
          const { imported, stillBanned } = await door.customers.importCustomers({ customers: batch });
          document.customers += imported;
          document.stillBanned.push(...stillBanned);
        });
        await inTurn('products', batches(products, batchSize, largestBatch), session.json, async (batch) => {
          document.products += (await door.goods.importProducts({ products: batch, existing })).imported;
        });
        const calls = delivery ? receiptCalls(delivery.receiptId, delivery.lines) : [];
        await inTurn('parts of the delivery', calls, session.json, async (call) => {
          await door.goods.receiveStock(call);
        });
        await inTurn('communities', communities, session.json, async (community) => {
          await door.communities.importCommunity(community);
        });
        await inTurn(
          'residents',
          batches(living?.residents ?? [], batchSize, largestBatch),
          session.json,
          async (batch) => {
            const communityId = living?.communityId ?? '';
            const { imported } = await door.communities.importResidents({ communityId, residents: batch });
            document.residents = (document.residents ?? 0) + imported;
          },
        );
        await inTurn('employees', batches(employees, batchSize), session.json, async (batch) => {
          await door.payroll.importEmployees({ employees: batch });
        });
        const text = details([
          ['Customers', document.customers],
          ['Still banned', stillBanned(document.stillBanned)],
          ['Products', document.products],
          ['Stock lines', document.stockLines],
          ['Communities', document.communities],
          ['Residents', document.residents],
          ['Employees', document.employees],
        ]);
        return { document, text };
      }),
    );
}

/** All of them, before anything is sent. */
async function readFiles({ customers, products, stock, communities, residents, employees }: Flags) {
  return [
    customers ? (await readJsonFile(customers)).read(customersSchema, 'customers') : [],
    products ? (await readJsonFile(products)).read(productsSchema, 'products') : [],
    stock ? (await readJsonFile(stock)).read(deliverySchema) : undefined,
    communities ? (await readJsonFile(communities)).read(communitiesSchema, 'communities') : [],
    residents ? (await readJsonFile(residents)).read(residentsSchema) : undefined,
    employees ? (await readJsonFile(employees)).read(employeesSchema, 'employees') : [],
  ] as const;
}

/** One call after the other; the progress of several is shown. */
async function inTurn<Call>(
  things: string,
  calls: readonly Call[],
  json: boolean,
  send: (call: Call) => Promise<void>,
): Promise<void> {
  const size = (call: Call) => (Array.isArray(call) ? call.length : 1);
  const progress =
    calls.length > 1 && !json
      ? showProgress(
          calls.reduce((sum, call) => sum + size(call), 0),
          things,
        )
      : undefined;
  try {
    for (const call of calls) {
      await send(call);
      progress?.advance(size(call));
    }
  } finally {
    progress?.stop();
  }
}

const shown = 5;

function stillBanned(customers: readonly string[]): string | undefined {
  if (customers.length === 0) return undefined;
  const names = customers.slice(0, shown).join(', ');
  return `${customers.length}, which \`unban\` alone changes: ${names}${customers.length > shown ? ', …' : ''}`;
}
