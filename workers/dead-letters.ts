import { deadLettersConsumer } from '../services/dead-letters/erasure.ts';
import { consumerRole } from './consumer-role.ts';

export const role = consumerRole({
  schema: 'dead_letters',
  migrations: new URL('../services/dead-letters/migrations', import.meta.url),
  open: () => ({ definitions: [deadLettersConsumer] }),
});
