import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Report, startParts } from '../../parts/index.ts';
import { tryBroker } from './broker-trial.ts';
import { tryDatabase } from './database-trial.ts';
import { type LoginsOptions, loginsFile, openLogins, prepareBroker, prepareDatabase } from './logins.ts';
import type { Trials } from './trial-row.ts';

/** Tries on a PostgreSQL and a RabbitMQ of its own what each process may not do. */
export async function tryPrivileges(report: Report): Promise<Trials> {
  // What a shell names is no place to try it.
  for (const name of ['AMQP_URL', 'DATABASE_URL']) delete process.env[name];
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'durable-checkout-privileges-'));
  const parts = await startParts({
    ...{ dataDirectory, report, temporary: true },
    names: ['postgres', 'rabbitmq'],
    postgresSettings: { durable: false },
  });
  try {
    const options: LoginsOptions = {
      ...{ rabbitmq: parts.rabbitmq, postgres: parts.postgres, file: loginsFile(dataDirectory) },
      owns: { broker: true, database: true },
    };
    await Promise.all([prepareBroker(options, report), prepareDatabase(options)]);
    const logins = openLogins(options);
    const [database, broker] = await Promise.all([tryDatabase(logins), tryBroker(logins, parts.rabbitmq)]);
    return { database, broker };
  } finally {
    await parts.stop();
  }
}
