import { type DatabaseIntrospector, type Kysely, PostgresDialect, type PostgresDialectConfig, sql } from 'kysely';

/**
 * PostgreSQL, looked into by one service: it sees its own schema alone. Kysely's own way reads the columns of every schema
 * that it may use, and fails when another service drops a table of its own in that moment.
 */
export class SchemaDialect extends PostgresDialect {
  readonly #schema: string;

  constructor(schema: string, config: PostgresDialectConfig) {
    super(config);
    this.#schema = schema;
  }

  override createIntrospector(database: Kysely<unknown>): DatabaseIntrospector {
    const schema = this.#schema;
    return {
      async getSchemas() {
        const { rows } = await sql<{ name: string }>`
          select nspname as name from pg_catalog.pg_namespace where nspname = ${schema}
        `.execute(database);
        return rows;
      },
      /** The tables without their columns: migrations ask for the names. */
      async getTables() {
        const { rows } = await sql<{ name: string }>`
          select tablename as name from pg_catalog.pg_tables where schemaname = ${schema}
        `.execute(database);
        return rows.map(({ name }) => ({ name, schema, isView: false, isForeign: false, columns: [] }));
      },
    };
  }
}
