import type { InvoicePaymentClient } from '../client/invoice-payment-client.ts';
import type { ServiceClients } from '../client/services.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { CustomerId, InvoiceId, PaymentId } from '../contracts/identifiers.ts';
import { invoiceRefusals } from '../contracts/invoice-refusals.ts';
import type { InvoicePaymentResult, InvoicePaymentStatus } from '../workflows/invoice-payment/contract.ts';
import type { accountOperations } from './accounts-contract.ts';
import type { ApiHandlers, Caller } from './caller.ts';
import { following, unlessForgotten, type Within } from './following.ts';

type Services = Pick<ServiceClients, 'orders' | 'orderHistory' | 'billing'>;

/** Customers see their own orders and invoices, and pay them. */
export function accountHandlers(
  payments: InvoicePaymentClient,
  { orders, orderHistory, billing }: Services,
  within: Within,
): ApiHandlers<typeof accountOperations> {
  const { read, watch, result } = following<PaymentId, InvoicePaymentStatus, InvoicePaymentResult>(payments);

  const findInvoice = (invoiceId: InvoiceId, caller: Caller) =>
    own(
      caller,
      () => billing.findInvoice({ invoiceId }, caller.call),
      () =>
        new ServiceFailure(invoiceRefusals.InvoiceNotFound, `there is no invoice ${invoiceId}`, { field: 'invoiceId' }),
    );
  const readOwnPayment = async (paymentId: PaymentId, caller: Caller) => {
    const status = await read(paymentId);
    const unknownPayment = () => unknown('invoice-payment', paymentId, 'paymentId');
    const invoice = () => billing.findInvoice({ invoiceId: status.invoiceId }, caller.call);
    if (caller.customerId !== undefined) await own(caller, invoice, unknownPayment);
    return status;
  };

  return {
    readOrder: ({ orderId }, caller) =>
      own(
        caller,
        () => orders.findOrder({ orderId }, caller.call),
        () => unknown('order', orderId, 'orderId'),
      ),
    readOrderHistory: ({ orderId }, caller) =>
      own(
        caller,
        () => orderHistory.findHistory({ orderId }, caller.call),
        () => unknown('order', orderId, 'orderId'),
      ),
    listOrders: async (input, caller) => {
      requireSelf(input.customerId, caller);
      return orderHistory.listOrders(input, caller.call);
    },
    readInvoice: ({ invoiceId }, caller) => findInvoice(invoiceId, caller),
    listInvoices: async ({ customerId, ...filter }, caller) => {
      const whose = caller.customerId ?? customerId;
      if (customerId !== undefined && whose !== customerId) return { invoices: [] };
      return billing.listInvoices({ ...filter, ...(whose && { customerId: whose }) }, caller.call);
    },
    readStatement: async (input, caller) => {
      requireSelf(input.customerId, caller);
      return billing.statement(input, caller.call);
    },
    payInvoice: (request, caller) =>
      within(caller, async () => {
        const { paymentId, invoiceId } = request;
        await findInvoice(invoiceId, caller);
        await payments.startPayment(request);
        await payments.requireNotCutOff(paymentId).catch(unlessForgotten);
        return { paymentId, invoiceId };
      }),
    readInvoicePayment: ({ paymentId }, caller) => within(caller, () => readOwnPayment(paymentId, caller)),
    readInvoicePaymentResult: ({ paymentId }, caller) =>
      within(caller, async () => {
        await readOwnPayment(paymentId, caller);
        return result(paymentId);
      }),
    watchInvoicePayment: async ({ paymentId }, caller) =>
      watch(paymentId, await within(caller, () => readOwnPayment(paymentId, caller)), caller),
  };
}

const unknown = (what: string, id: string, field: string) =>
  new ServiceFailure('NotFound', `there is no ${what} ${id}`, { field });

/** @throws {ServiceFailure} `NotFound` where a customer names another one */
function requireSelf(customerId: CustomerId, caller: Caller): void {
  if (caller.customerId === undefined || caller.customerId === customerId) return;
  throw unknown('customer', customerId, 'customerId');
}

/**
 * What was found, where the caller may see it.
 *
 * @throws {ServiceFailure} as it is unknown, where it is another customer's, and in the same words where there is none
 */
async function own<Found extends { readonly customerId?: string | undefined }>(
  { customerId }: Caller,
  find: () => Promise<Found>,
  unknown: () => ServiceFailure,
): Promise<Found> {
  if (customerId === undefined) return find();
  const found = await find().catch((error: unknown) => {
    if (error instanceof ServiceFailure && error.failure.httpStatus === 404) return undefined;
    throw error;
  });
  if (found === undefined || found.customerId !== customerId) throw unknown();
  return found;
}
