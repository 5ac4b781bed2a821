import { z } from 'zod';
import { instantSchema, recordedInstantSchema } from '../../contracts/identifiers.ts';
import { atMost } from '../../contracts/texts.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';

/** `parked`: waits for a person. A letter that was discarded or replayed can be replayed once more by force. */
export const deadLetterStates = ['parked', 'replayed', 'discarded'] as const;

const deadLetterSchema = z.object({
  deadLetterId: z.int(),
  state: z.enum(deadLetterStates),
  /** The work queue where the message failed, and where a replay sends it. */
  queue: z.string(),
  /** Where the message was published first. */
  exchange: z.string().nullable(),
  routingKey: z.string().nullable(),
  messageId: z.string().nullable(),
  /** The event's type: `checkout.payment.processed.v1`; null where the message does not tell. */
  type: z.string().nullable(),
  /** What the event is about, such as a checkout's id. */
  subject: z.string().nullable(),
  correlationId: z.string().nullable(),
  /** The header `x-dead-reason`; `delivery-limit` where the broker gave the message up. */
  deadReason: z.string(),
  errorType: z.string().nullable(),
  errorMessage: z.string().nullable(),
  /** Tries that ended with an error, the first one included. */
  attempts: z.int(),
  firstFailedAt: recordedInstantSchema.nullable(),
  archivedAt: recordedInstantSchema,
  /** The dead letter of which this one is the replay that failed again. */
  replayOf: z.int().nullable(),
});

export type DeadLetter = z.infer<typeof deadLetterSchema>;

const actionSchema = z.object({
  action: z.enum(['replayed', 'discarded']),
  by: z.string(),
  reason: z.string().nullable(),
  at: recordedInstantSchema,
});

const bodySchema = z.discriminatedUnion('encoding', [
  z.object({ encoding: z.literal('json'), content: z.unknown() }),
  z.object({ encoding: z.literal('text'), content: z.string() }),
  z.object({ encoding: z.literal('base64'), content: z.string() }),
]);

export type DeadLetterBody = z.infer<typeof bodySchema>;

const deadLetterDetailsSchema = deadLetterSchema.extend({
  errorStack: z.string().nullable(),
  /** W3C Trace Context. */
  traceparent: z.string().nullable(),
  /** The properties of the message with all its headers, as it lay in the dead-letter queue. */
  properties: z.record(z.string(), z.unknown()),
  /** Bytes. */
  bodySize: z.int(),
  /** JSON where the body is JSON, else text where it is UTF-8, else base64. */
  body: bodySchema,
  /** What people did with it, oldest first. */
  actions: z.array(actionSchema),
  /** The dead letters that its replays came to. */
  failedAgainAs: z.array(z.int()),
});

export type DeadLetterDetails = z.infer<typeof deadLetterDetailsSchema>;

const text = atMost(z.string().min(1, 'name one, or leave it out'), 255, 'has at most 255 characters');

const filterFields = {
  queue: text.optional(),
  deadReason: text.optional(),
  type: text.optional(),
  subject: text.optional(),
  /** Archived then or later. */
  since: instantSchema.optional(),
};

export interface DeadLetterFilter {
  readonly queue?: string | undefined;
  readonly deadReason?: string | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  readonly since?: string | undefined;
}

const reason = atMost(z.string().trim().min(1, 'say why'), 2_000, 'has at most 2,000 characters');
const deadLetterId = z.coerce.number().int().min(1);

/** What is done with all that meet a filter; without any filter a slip of the hand would mean everything. */
const matching = <Fields extends z.ZodRawShape>(fields: Fields) =>
  z
    .strictObject({
      ...filterFields,
      ...fields,
      /** Only tell which ones it would be. */
      dryRun: z.boolean().default(false),
      limit: z.int().min(1).max(10_000).default(1_000),
    })
    .refine((input) => Object.keys(filterFields).some((field) => input[field as keyof typeof input] !== undefined), {
      error: `name at least one filter: ${Object.keys(filterFields).join(', ')}`,
    });

const outcomeSchema = z.object({
  dryRun: z.boolean(),
  /** Parked dead letters that meet the filter, also those beyond the limit. */
  matched: z.int(),
  /** Those that it was done with, or in a dry run would be. */
  deadLetterIds: z.array(z.int()),
  /** Those that were tried and stay parked, and why. */
  failed: z.array(z.object({ deadLetterId: z.int(), message: z.string() })),
});

export type Outcome = z.infer<typeof outcomeSchema>;

export const deadLettersContract = defineHttpContract({
  name: 'dead-letters',
  version: '1.0.0',
  summary: 'Messages that could not be handled: to look at, to replay and to discard',
  operations: {
    listDeadLetters: {
      method: 'GET',
      path: '/dead-letters',
      access: ['operator'],
      summary: 'Dead letters, newest first',
      input: z.strictObject({
        ...filterFields,
        state: z.enum(deadLetterStates).optional(),
        limit: z.coerce.number().int().min(1).max(10_000).default(100),
      }),
      output: z.object({ deadLetters: z.array(deadLetterSchema) }),
      failures: [],
    },
    findDeadLetter: {
      method: 'GET',
      path: '/dead-letters/:deadLetterId',
      access: ['operator'],
      summary: 'One dead letter with its body, its headers and what was done with it',
      input: z.strictObject({ deadLetterId }),
      output: deadLetterDetailsSchema,
      failures: ['NotFound'],
    },
    replayDeadLetter: {
      method: 'POST',
      path: '/dead-letters/:deadLetterId/replay',
      access: ['operator'],
      summary: 'Sends one message again, to the queue where it failed',
      input: z.strictObject({
        deadLetterId,
        reason: reason.optional(),
        /** Also one that was replayed or discarded before. */
        force: z.boolean().default(false),
      }),
      output: deadLetterSchema,
      failures: ['NotFound', 'InvalidState'],
    },
    discardDeadLetter: {
      method: 'POST',
      path: '/dead-letters/:deadLetterId/discard',
      access: ['operator'],
      summary: 'Marks one message as needing nothing more; it is kept',
      input: z.strictObject({ deadLetterId, reason }),
      output: deadLetterSchema,
      failures: ['NotFound', 'InvalidState'],
    },
    replayMatching: {
      method: 'POST',
      path: '/replays',
      access: ['operator'],
      summary: 'Sends the parked messages that meet a filter again, oldest first',
      input: matching({ reason: reason.optional() }),
      output: outcomeSchema,
      failures: [],
    },
    discardMatching: {
      method: 'POST',
      path: '/discards',
      access: ['operator'],
      summary: 'Discards the parked messages that meet a filter',
      input: matching({ reason }),
      output: outcomeSchema,
      failures: [],
    },
  },
});

export type DeadLettersClient = HttpClient<typeof deadLettersContract>;
