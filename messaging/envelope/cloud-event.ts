import { z } from 'zod';
import { instantSchema } from '../../contracts/instants.ts';

const text = z.string().min(1).max(1_000);

/** The attributes of a message's body: a structured-mode CloudEvent 1.0, before its data is looked at. */
export const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: text.max(255).describe('The same fact has the same id, however often it comes: consumers handle an id once.'),
  source: text.describe('The context that states the fact: `urn:<system>:<context>`.'),
  type: text.describe('Event and major version; also the routing key.'),
  subject: text.describe('The id of what the event is about.'),
  time: instantSchema.describe('When it happened, in UTC.'),
  datacontenttype: text.optional().describe('`application/json`.'),
  dataschema: text.optional().describe('The name of the JSON Schema of `data`.'),
  correlationid: text.describe('Joins everything that happens for one subject, in other workflows and consumers too.'),
  causationid: text.describe('What caused it: the id of a workflow, or of the event that a consumer handled.'),
  // A CloudEvents `sequence` is a text that sorts; leading zeros make it one.
  sequence: z
    .string()
    .regex(/^\d{1,10}$/)
    .describe('The place among the events of the same origin, from 1, with leading zeros.'),
  traceparent: text.optional().describe('The trace that the fact was recorded in (W3C Trace Context).'),
  data: z.unknown().describe('What is stated; each type has a schema for it.'),
});

/** What an event says beside its data, as its publisher gives it: within what a consumer can read. */
export const attributesSchema = z.object({
  subject: text,
  time: instantSchema,
  correlationId: text,
  causationId: text,
  sequence: z.number().int().min(1).max(9_999_999_999),
});
