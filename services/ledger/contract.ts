import { z } from 'zod';
import { recordedInstantSchema } from '../../contracts/identifiers.ts';
import { currencySchema } from '../../contracts/money.ts';
import { subjectNameSchema, subjectSchema } from '../../contracts/subject.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';

/** Minor units of the currency. */
const minorUnits = z.int();

const accountSchema = z.object({
  /** The number of the account: `1050`. */
  account: z.string(),
  currency: currencySchema,
  name: z.string(),
  type: z.enum(['asset', 'liability', 'equity', 'income', 'expense', 'budget']),
});

const accountBalanceSchema = accountSchema.extend({
  debits: minorUnits,
  credits: minorUnits,
  /** Debits less credits. */
  balance: minorUnits,
});

export type AccountBalance = z.infer<typeof accountBalanceSchema>;

const side = minorUnits.nullable().describe('minor units; null on the other side');

const journalSchema = z.object({
  journalId: z.int(),
  eventId: z.string(),
  eventType: z.string(),
  kind: z.string(),
  /** What it is about: an order. */
  subject: subjectSchema,
  /** When the event happened. */
  occurredAt: recordedInstantSchema,
  postedAt: recordedInstantSchema,
  /** The journal that this one takes back. */
  reverses: z.int().nullable(),
  lines: z.array(accountSchema.omit({ type: true }).extend({ debit: side, credit: side })),
});

export type Journal = z.infer<typeof journalSchema>;

const statementSchema = accountSchema.extend({
  /** Debits less credits, of all entries. */
  balance: minorUnits,
  /** The newest entries, oldest first, each with the balance after it. */
  entries: z.array(
    journalSchema
      .pick({ journalId: true, kind: true, subject: true, postedAt: true })
      .extend({ debit: side, credit: side, balance: minorUnits }),
  ),
});

export type Statement = z.infer<typeof statementSchema>;

const completenessSchema = z.object({
  /** Whether every financial event has its journal and every journal its event. */
  complete: z.boolean(),
  /** Financial events that came in. */
  events: z.int(),
  journals: z.int(),
  eventsWithoutJournal: z.array(z.string()),
  journalsWithoutEvent: z.array(z.string()),
});

export type Completeness = z.infer<typeof completenessSchema>;

const linkSchema = z.object({
  position: z.int().describe('The place of a journal in the chain, from 1.'),
  hash: z.string().describe('SHA-256, in hexadecimal, of the hash before, the position and what the journal says.'),
});

const chainFaultSchema = linkSchema
  .pick({ position: true })
  .partial()
  .extend({
    what: z
      .enum(['changed', 'deleted', 'inserted'])
      .describe('`inserted`: it has no place in the chain, as what did not come from an event.'),
    journalId: z.int().optional().describe('Absent where nothing is left of a journal but its gap.'),
    eventId: z.string().optional(),
    subject: subjectSchema.optional(),
  });

/** The first journal that does not fit the chain. */
export type ChainFault = z.infer<typeof chainFaultSchema>;

const chainPageSchema = z.object({
  verified: z.int().describe('Journals of the page that fit.'),
  end: linkSchema.optional().describe('The last one that fits; absent where none does.'),
  next: z.int().optional().describe('Where the next page begins; absent after the last one, and after a fault.'),
  fault: chainFaultSchema.optional(),
});

export type ChainPage = z.infer<typeof chainPageSchema>;

const subjectBalanceSchema = z.object({ id: subjectSchema.shape.id, debits: minorUnits, credits: minorUnits });

export type SubjectBalance = z.infer<typeof subjectBalanceSchema>;

const limit = z.coerce.number().int().min(1).max(1_000).default(100);

export const ledgerContract = defineHttpContract({
  name: 'ledger',
  version: '1.0.0',
  summary: 'Double-entry book of everything that moved money; it is written from events alone',
  operations: {
    trialBalance: {
      method: 'GET',
      path: '/trial-balance',
      access: ['finance'],
      summary: 'Debits and credits of every account that was posted to',
      input: z.strictObject({ currency: currencySchema.optional() }),
      output: z.object({
        accounts: z.array(accountBalanceSchema),
        /** Over the whole book of a currency, debits equal credits. */
        totals: z.array(z.object({ currency: currencySchema, debits: minorUnits, credits: minorUnits })),
      }),
      failures: [],
    },
    listJournals: {
      method: 'GET',
      path: '/journals',
      access: ['finance'],
      summary: 'Journals with their lines, newest first',
      input: z.strictObject({ subject: subjectNameSchema.optional(), limit }),
      output: z.object({ journals: z.array(journalSchema) }),
      failures: [],
    },
    accountStatement: {
      method: 'GET',
      path: '/accounts/:account/statement',
      access: ['finance'],
      summary: 'The entries of one account in one currency',
      input: z.strictObject({
        account: z.string().regex(/^\d{4}$/, 'an account is four digits, such as 1050'),
        currency: currencySchema,
        limit,
      }),
      output: statementSchema,
      failures: ['NotFound'],
    },
    balancesBySubject: {
      method: 'POST',
      path: '/accounts/:account/balances-by-subject',
      access: ['finance'],
      summary: 'What one account in one currency holds of each of these subjects that has a journal',
      input: z.strictObject({
        account: z.string().regex(/^\d{4}$/),
        currency: currencySchema,
        kind: subjectSchema.shape.kind,
        ids: z.array(subjectSchema.shape.id).min(1).max(1_000),
      }),
      output: z.object({ balances: z.array(subjectBalanceSchema) }),
      failures: [],
    },
    listSubjectBalances: {
      method: 'GET',
      path: '/accounts/:account/subjects',
      access: ['finance'],
      summary: 'What one account holds of each subject that has a journal, in the order of the subjects, page by page',
      input: z.strictObject({
        account: z.string().regex(/^\d{4}$/),
        after: subjectNameSchema.optional().describe('where the page before has ended'),
        limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
      }),
      output: z.object({
        balances: z
          .array(z.object({ subject: subjectNameSchema, currency: currencySchema, balance: minorUnits }))
          .describe('debits less credits; what is even is left out'),
        next: subjectNameSchema.optional().describe('where the next page begins; absent after the last one'),
      }),
      failures: [],
    },
    verifyChain: {
      method: 'GET',
      path: '/chain',
      access: ['finance'],
      summary: 'Walks a page of the chain of journals, and names the first one that was changed, deleted or inserted',
      input: z.strictObject({
        after: z.coerce.number().int().min(0).default(0).describe('the position that the page before has ended with'),
        limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
      }),
      output: chainPageSchema,
      failures: [],
    },
    completeness: {
      method: 'GET',
      path: '/completeness',
      access: ['finance'],
      summary: 'The proof that every financial event has its journal and every journal its event',
      input: z.strictObject({}),
      output: completenessSchema,
      failures: [],
    },
  },
});

export type LedgerClient = HttpClient<typeof ledgerContract>;
