/**
 * Migrates the topology of `TOPOLOGY` on the broker of `AMQP_URL`, and is gone at its command number `LAST_COMMAND`,
 * as if it was killed; acknowledgements do not count.
 */
import amqp from 'amqplib';
import { migrateTopology } from '../../messaging/migration/migration.ts';

const acknowledgement = (60 << 16) | 80;

const model = await amqp.connect(`${process.env['AMQP_URL']}`);
const connection = model.connection as unknown as { sendMethod(channel: number, method: number, fields: object): void };
const send = connection.sendMethod.bind(connection);
let left = Number(process.env['LAST_COMMAND']);
connection.sendMethod = (channel, method, fields) => {
  if (method !== acknowledgement) left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
  send(channel, method, fields);
};
await migrateTopology(model, JSON.parse(`${process.env['TOPOLOGY']}`), () => undefined);
await model.close();
