import { z } from 'zod';
import { integrationEvents } from '../../events/contracts/index.ts';
import { schemaName } from '../../events/integration-event.ts';
import { type Subscription, subscriptions } from '../../events/subscriptions.ts';
import { cloudEventSchema } from '../../messaging/envelope/cloud-event.ts';
import { type EventContract, versionsOf } from '../../messaging/envelope/contracts.ts';
import { type JsonSchema, readJsonFiles } from './events-folder.ts';

/** One version of an event, as the documents describe it. */
export interface DescribedVersion {
  readonly name: string;
  readonly type: string;
  readonly contract: EventContract;
  /** Whether it is the version that is published; of an earlier one only what is left may still come. */
  readonly isNewest: boolean;
  /** Of the data. */
  readonly schema: JsonSchema;
  readonly consumers: readonly Subscription[];
  /** A recorded body. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** Every version of every event, in the order of the contracts. */
export function describeVersions(): DescribedVersion[] {
  const examples = readJsonFiles('examples');
  return Object.entries<EventContract>(integrationEvents).flatMap(([name, contract]) =>
    versionsOf(contract).map(({ type, data }) => ({
      name,
      type,
      contract,
      isNewest: type === contract.type,
      schema: schemaOf(data),
      consumers: Object.values<Subscription>(subscriptions).filter(({ events }) =>
        events.some((each) => each === name),
      ),
      example: examples.get(type) ?? missingExample(type),
    })),
  );
}

/** The JSON Schema files, by their name without `.json`: one for each version, and the envelope. */
export function schemaFiles(): Map<string, JsonSchema> {
  const files = describeVersions().map(({ name, type, schema }): [string, JsonSchema] => {
    const { $schema, ...rest } = schema;
    return [type, { $schema, $id: schemaName(type), title: name, ...rest }];
  });
  return new Map([['envelope', schemaOf(cloudEventSchema)], ...files]);
}

/** What a consumer accepts: fields that it does not know may come, and are dropped. */
function schemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
}

function missingExample(type: string): never {
  throw new Error(`docs/events/examples/${type}.json is missing: keep the body of one such message there`);
}
