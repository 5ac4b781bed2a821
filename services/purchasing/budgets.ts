import { type Kysely, sql, type Transaction } from 'kysely';
import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { purchaseRefusals } from '../../contracts/purchase-refusals.ts';
import type { Budget, BudgetDraft } from './order-shapes.ts';

type Database = Kysely<unknown>;

/**
 * Says what may be spent on a purpose; what orders have reserved or spent of it stays.
 *
 * @throws {ServiceFailure} `BudgetExceeded` when it is less than that; `CurrencyMismatch` when it is kept in another currency
 */
export async function setBudget(database: Database, draft: BudgetDraft): Promise<Budget> {
  const { budgetId, name, currency, amount } = draft;
  const { rows } = await sql`
    insert into budgets (budget_id, name, currency, amount) values (${budgetId}, ${name}, ${currency}, ${amount})
    on conflict (budget_id) do update set name = excluded.name, amount = excluded.amount, updated_at = now()
      where budgets.currency = excluded.currency and budgets.used <= excluded.amount
    returning 1
  `.execute(database);
  const budget = await findBudget(database, budgetId);
  if (rows.length > 0) return budget;
  if (budget.currency !== currency) throw otherCurrency(budget, 'currency');
  throw new ServiceFailure(
    purchaseRefusals.BudgetExceeded,
    `orders have ${formatMoney(budget.used, currency)} of the budget ${budgetId}: it cannot be less`,
    { field: 'amount', facts: { used: budget.used } },
  );
}

/** @throws {ServiceFailure} `NotFound` */
export async function findBudget(database: Database, budgetId: string): Promise<Budget> {
  const { rows } = await sql<Budget>`
    select budget_id as "budgetId", name, currency, amount, used, amount - used as available
    from budgets where budget_id = ${budgetId}
  `.execute(database);
  const [budget] = rows;
  if (budget) return budget;
  throw new ServiceFailure('NotFound', `there is no budget ${budgetId}`, { field: 'budgetId' });
}

export const otherCurrency = ({ budgetId, currency }: Pick<Budget, 'budgetId' | 'currency'>, field: string) =>
  new ServiceFailure(invoiceRefusals.CurrencyMismatch, `the budget ${budgetId} is in ${currency}`, { field });

/**
 * Takes an amount of a budget, or gives it back where it is below zero. The row of the budget stays locked until the transaction
 * ends: lock the order first, as everything does.
 *
 * @throws {ServiceFailure} `BudgetExceeded`
 */
export async function takeOfBudget(transaction: Transaction<unknown>, budgetId: string, amount: number): Promise<void> {
  if (amount === 0) return;
  const { rows } = await sql`
    update budgets set used = used + ${amount}
    where budget_id = ${budgetId} and (${amount} <= 0 or used + ${amount} <= amount) returning 1
  `.execute(transaction);
  if (rows.length > 0) return;
  const { available, currency } = await findBudget(transaction, budgetId);
  throw new ServiceFailure(
    purchaseRefusals.BudgetExceeded,
    `${formatMoney(available, currency)} are left of the budget ${budgetId}, and it takes ${formatMoney(amount, currency)} more`,
    { facts: { budgetId, available, requested: amount } },
  );
}
