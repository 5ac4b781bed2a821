import { readFile, writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import { describeScript } from '../../platform/script.ts';
import { rabbitMqDefinitions } from './definitions.ts';
import { complaints, pageFile, withTrials } from './page.ts';
import { privilegesSql } from './sql.ts';
import { tryPrivileges } from './trial.ts';

interface Options {
  readonly rabbitmq?: true;
  readonly sql?: true;
  readonly database: string;
  readonly write?: true;
}

const { rabbitmq, sql, database, write } = describeScript(
  'npm run -s privileges --',
  'Tries on a PostgreSQL and a RabbitMQ of its own what each process may not do, or prints what each may do.',
)
  .addOption(
    new Option('--rabbitmq', 'print the users of RabbitMQ, as its definitions; they have no passwords').conflicts(
      'sql',
    ),
  )
  .option('--sql', 'print the logins of PostgreSQL, as SQL; they have no passwords')
  .option('--database <name>', 'the database that the SQL is for', 'durable_checkout')
  .addOption(new Option('--write', 'write docs/privileges.md').conflicts(['rabbitmq', 'sql']))
  .parse()
  .opts<Options>();

if (rabbitmq) process.stdout.write(`${JSON.stringify(rabbitMqDefinitions(), null, 2)}\n`);
else if (sql) process.stdout.write(privilegesSql({ database }));
else await tryAll();

async function tryAll(): Promise<void> {
  const trials = await tryPrivileges((line) => process.stderr.write(`${line}\n`));
  const page = withTrials(await readFile(pageFile, 'utf8'), trials);
  process.stdout.write(page);
  if (write) await writeFile(pageFile, page);
  const wrong = complaints(trials);
  for (const line of wrong) process.stderr.write(`✗ ${line}\n`);
  if (wrong.length > 0) process.exitCode = 1;
}
