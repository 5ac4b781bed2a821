import { z } from 'zod';
import { personRoleSchema } from '../../contracts/approvals.ts';
import { billAmountsSchema } from '../../contracts/bills.ts';
import {
  billIdSchema,
  personIdSchema,
  purchaseOrderIdSchema,
  recordedInstantSchema,
  vendorIdSchema,
} from '../../contracts/identifiers.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { bookAmountSchema, currencySchema } from '../../contracts/money.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const order = {
  poId: purchaseOrderIdSchema.describe('The purchase order, which is also the subject of the event.'),
  number: z.string().describe('Its number, as people read it: `PO-000017`.'),
  version: z.int().describe('The version of it: one more for each amendment.'),
  vendorId: vendorIdSchema.describe('Whom it is bought from.'),
  vendorName: z.string().describe('What the vendor is called.'),
  currency: currencySchema.describe('ISO 4217; all amounts are in its minor units.'),
  total: bookAmountSchema.describe('What the order comes to, net of tax, in minor units.'),
};

const bill = {
  billId: billIdSchema.describe('The bill, which is also the subject of the event.'),
  number: z.string().describe('Its number, as the vendor has written it.'),
  vendorId: vendorIdSchema.describe('Who asks for it.'),
  vendorName: z.string().describe('What the vendor is called.'),
  poId: purchaseOrderIdSchema.optional().describe('The purchase order that it is of; absent where it is of none.'),
  poNumber: z.string().optional().describe('The number of that: `PO-000017`.'),
  dueDate: z.string().describe('The last day on which it is paid in time: `2026-03-22`.'),
  amounts: billAmountsSchema.describe('What the bill asks for.'),
  release: bookAmountSchema.describe(
    'What of its order is not reserved any more since it was accepted, in minor units.',
  ),
};

const contact = z.object({
  personId: personIdSchema.describe('Who it is, by the subject of their token.'),
  name: z.string().describe('The name for the salutation.'),
  email: mailAddressSchema.describe('The address, by RFC 5321 and RFC 6531.'),
});

const requester = contact.describe('Who has asked for it, to be told how it ended.');

/** What the purchasing service states of orders and bills: each in the transaction that records it. */
export const purchasingEvents = {
  POSubmitted: {
    type: 'purchasing.order.submitted.v1',
    publisher: 'purchasing',
    when: 'A version of a purchase order waits for its approvals: the first one, or one that takes the place of another.',
    data: z.object({
      ...order,
      requester,
      required: z.array(personRoleSchema).describe('Whose approval it takes; each takes a person of its own.'),
    }),
  },
  POApprovalDue: {
    type: 'purchasing.order.approval-due.v1',
    publisher: 'purchasing',
    when: 'A person who may decide about a purchase order is to be told that it waits for them.',
    data: z.object({
      ...order,
      requesterName: z.string().describe('What the person is called who has asked for it.'),
      kind: z.string().describe('`request`, `reminder` or `escalation`. Others may come.'),
      day: z.int().describe('Days from the request.'),
      approver: contact
        .extend({ roles: z.array(personRoleSchema).describe('The missing roles that they may decide for.') })
        .describe('Whom to tell.'),
    }),
  },
  POApproved: {
    type: 'purchasing.order.approved.v1',
    publisher: 'purchasing',
    when: 'A purchase order has all its approvals: it may be delivered and billed, and its total is reserved in the books.',
    data: z.object({
      ...order,
      requester,
      approvals: z
        .array(
          z.object({
            by: personIdSchema.describe('Who has approved it, by the subject of their token.'),
            roles: z.array(personRoleSchema).describe('Those of the required roles that they could decide for.'),
            at: recordedInstantSchema.describe('When: ISO 8601 in UTC.'),
          }),
        )
        .describe('The approvals that it was approved with.'),
    }),
  },
  PORefused: {
    type: 'purchasing.order.refused.v1',
    publisher: 'purchasing',
    when: 'A purchase order has ended without being approved; what it had reserved of a budget is given back.',
    data: z.object({
      ...order,
      requester,
      outcome: z.string().describe('`rejected`, `withdrawn`, `expired`, `refused` or `failed`. Others may come.'),
      reason: z.string().describe('Why, human-readable.'),
    }),
  },
  POClosed: {
    type: 'purchasing.order.closed.v1',
    publisher: 'purchasing',
    when: 'An approved purchase order is closed before all of it was billed: the rest is not reserved any more.',
    data: z.object({
      ...order,
      released: bookAmountSchema.describe(
        'What of it was not billed, and so is not reserved any more, in minor units.',
      ),
    }),
  },
  BillCreated: {
    type: 'purchasing.bill.created.v1',
    publisher: 'purchasing',
    when: 'A bill of a vendor is accepted: it is owed, and what it is for is not reserved any more.',
    data: z.object(bill),
  },
  BillPaid: {
    type: 'purchasing.bill.paid.v1',
    publisher: 'purchasing',
    when: 'A bill of a vendor was paid, whole or in part.',
    data: z.object({
      ...bill,
      bankReference: z.string().describe('The payment, as the bank calls it.'),
      amount: bookAmountSchema.describe('How much was paid, in minor units.'),
      open: bookAmountSchema.describe('What is still to be paid, in minor units.'),
    }),
  },
} as const satisfies EventContracts;
