import { sql, type Transaction } from 'kysely';

/**
 * Takes the next numbers of a series that has no gaps. The row of the series stays locked until the transaction ends, so
 * who takes the next ones waits for it, and one that is rolled back has taken none: take numbers only for rows that are
 * then written in the same transaction. The table `number_series` is in the schema of the transaction.
 *
 * @param needed tells, once the series is locked, how many are needed: nobody else of the series writes rows meanwhile
 * @returns the first of them
 */
export async function takeNumbers<Tables>(
  transaction: Transaction<Tables>,
  series: string,
  needed: () => Promise<number>,
): Promise<number> {
  await sql`insert into number_series (series) values (${series}) on conflict do nothing`.execute(transaction);
  const { rows } = await sql<{ last: number }>`
    select last_number as last from number_series where series = ${series} for update
  `.execute(transaction);
  const first = (rows[0]?.last ?? 0) + 1;
  const count = await needed();
  if (count > 0) {
    await sql`
      update number_series set last_number = last_number + ${count} where series = ${series}
    `.execute(transaction);
  }
  return first;
}
