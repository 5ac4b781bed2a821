import { expect, test } from '@jest/globals';
import { cart } from '../../demo/shop.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { checkoutRequestSchema } from '../../workflows/checkout/contract.ts';

const { PlaceOrder, CheckoutRequested, SendInvoiceEmail, SendPayrollApprovalRequest, SendPayslip } = integrationEvents;

test.each([
  ['as short as it can be', {}],
  ['with all that it may say', { acceptedTotal: 5_998, onDecline: 'wait' as const }],
])('a cart %s is the same in a message and in a request', (_, more) => {
  const input = cart('c-1', more);
  const request = checkoutRequestSchema.parse(input);
  expect(PlaceOrder.data.parse(input)).toEqual(request);
  expect(CheckoutRequested.data.parse(input)).toEqual(request);
});

test('a message can say what a request can', () => {
  const fields = Object.keys(checkoutRequestSchema.shape).toSorted();
  expect(Object.keys(PlaceOrder.data.shape).toSorted()).toEqual(fields);
  expect(Object.keys(CheckoutRequested.data.shape).toSorted()).toEqual(fields);
});

test('an order to a service is a command, what has happened is not', () => {
  expect([...standardTopology.commands].sort()).toEqual(
    [PlaceOrder, SendInvoiceEmail, SendPayrollApprovalRequest, SendPayslip].map(({ type }) => type).sort(),
  );
});
