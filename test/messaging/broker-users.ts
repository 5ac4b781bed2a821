import { randomUUID } from 'node:crypto';
import amqp, { type Channel } from 'amqplib';
import { type Management, manage } from '../../ops/privileges/management.ts';
import { amqpUrl } from './environment.ts';

const management = () => JSON.parse(String(process.env['RABBITMQ_MANAGEMENT'])) as Management;

/** Users of a test's own on the shared broker, who may do everything that no administrator is needed for. */
export interface BrokerUsers {
  /** The address for a user, who is made where there is none of that name. */
  urlOf(name: string): Promise<string>;
  /** A channel of a user. */
  channelOf(name: string): Promise<Channel>;
  close(): Promise<void>;
}

export function openBrokerUsers(): BrokerUsers {
  const password = randomUUID();
  const made = new Set<string>();
  const models: { close(): Promise<void> }[] = [];
  const urlOf = async (name: string) => {
    if (!made.has(name)) {
      made.add(name);
      await manage(management(), 'PUT', `users/${name}`, { password, tags: '' });
      await manage(management(), 'PUT', `permissions/%2F/${name}`, { configure: '.*', write: '.*', read: '.*' });
    }
    return Object.assign(new URL(amqpUrl()), { username: name, password }).href;
  };
  return {
    urlOf,
    async channelOf(name) {
      const model = await amqp.connect(await urlOf(name));
      models.push(model);
      return model.createChannel();
    },
    async close() {
      for (const model of models) await model.close();
      for (const name of made) await manage(management(), 'DELETE', `users/${name}`);
    },
  };
}
