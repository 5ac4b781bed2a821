import { consumersOf } from '../messaging/consuming/definition.ts';
import { integrationEvents, systemName } from './contracts/index.ts';

/** Define the consumers of this system. */
export const { defineConsumer, defineBatchConsumer } = consumersOf(integrationEvents, systemName);
