import { randomUUID } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { AuditedEquation } from '../../ops/audit/books.ts';
import { migrationsOf, schemaNames } from '../../ops/privileges/stores.ts';
import { migrate, openDatabase } from '../../platform/database.ts';
import { Shop } from './audit-shop.ts';

/** A system that is in order, of which faults make copies. */
export class AuditedShop {
  readonly #server = openDatabase({ url: process.env['DATABASE_URL'] as string, schema: 'public', connections: 1 });
  readonly #names: string[] = [];

  /** @param fill puts in what is in order */
  static async create(fill: (shop: Shop) => Promise<void>): Promise<AuditedShop> {
    const audited = new AuditedShop();
    const shop = new Shop(await audited.#createDatabase());
    for (const schema of schemaNames) {
      await migrate(shop.of(schema) as Kysely<unknown>, schema, migrationsOf[schema]);
    }
    await fill(shop);
    await shop.close();
    return audited;
  }

  /** The equations that do not hold once a fault is planted. */
  brokenAfter(plant: (shop: Shop) => Promise<unknown>): Promise<string[]> {
    return this.#inCopy(async (shop) => {
      await plant(shop);
      return shop.broken();
    });
  }

  audit(): Promise<AuditedEquation[]> {
    return this.#inCopy((shop) => shop.audit());
  }

  /** Runs in a transaction of the system that is in order, and takes it back. */
  async inTransaction<Result>(run: (transaction: Transaction<unknown>) => Promise<Result>): Promise<Result> {
    const shop = new Shop(String(this.#names[0]));
    try {
      const transaction = await shop.of('public').startTransaction().execute();
      try {
        return await run(transaction);
      } finally {
        await transaction.rollback().execute();
      }
    } finally {
      await shop.close();
    }
  }

  async close(): Promise<void> {
    for (const name of this.#names) {
      await sql`drop database if exists ${sql.id(name)} with (force)`.execute(this.#server);
    }
    await this.#server.destroy();
  }

  async #inCopy<Result>(run: (shop: Shop) => Promise<Result>): Promise<Result> {
    const shop = new Shop(await this.#createDatabase(this.#names[0]));
    try {
      return await run(shop);
    } finally {
      await shop.close();
    }
  }

  async #createDatabase(template?: string): Promise<string> {
    const name = `audit_${randomUUID().replaceAll('-', '')}`;
    const from = template ? sql`template ${sql.id(template)}` : sql``;
    await sql`create database ${sql.id(name)} ${from}`.execute(this.#server);
    this.#names.push(name);
    return name;
  }
}
