import { createHash, randomBytes } from 'node:crypto';
import { brokerUsers } from './broker-users.ts';

/**
 * The users of the broker as RabbitMQ's own definitions, which its management imports.
 *
 * @param passwordOf the password of a user; without it the users have none, and no login works yet
 */
export function rabbitMqDefinitions(passwordOf?: (user: string) => string, vhost = '/') {
  const users = brokerUsers();
  return {
    users: users.map(({ name }) => ({
      name,
      password_hash: passwordOf ? hashOf(passwordOf(name)) : '',
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: '',
    })),
    permissions: users.map(({ name: user, configure, write, read }) => ({ user, vhost, configure, write, read })),
    topic_permissions: users.flatMap(({ name: user, topics }) =>
      Object.entries(topics).map(([exchange, { write, read }]) => ({ user, vhost, exchange, write, read })),
    ),
  };
}

/** As RabbitMQ keeps it: a salt, and the hash of salt and password. */
function hashOf(password: string): string {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64');
}
