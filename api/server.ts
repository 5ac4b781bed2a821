import type { Client } from '@temporalio/client';
import { BillClient } from '../client/bill-client.ts';
import { CheckoutClient } from '../client/checkout-client.ts';
import { InvoiceClient } from '../client/invoice-client.ts';
import { InvoicePaymentClient } from '../client/invoice-payment-client.ts';
import { PayrollClient } from '../client/payroll-client.ts';
import { PayrollCorrectionClient } from '../client/payroll-correction-client.ts';
import { PurchaseOrderClient } from '../client/purchase-order-client.ts';
import { RefundClient } from '../client/refund-client.ts';
import type { FrontDoorServices } from '../client/services.ts';
import type { HttpHandlers } from '../platform/http/contract.ts';
import { type HttpServerOptions, serveHttp } from '../platform/http/server.ts';
import type { Running } from '../platform/role.ts';
import { accountHandlers } from './accounts.ts';
import { billingHandlers } from './billing.ts';
import { billHandlers } from './bills.ts';
import { withCaller } from './caller.ts';
import { checkoutHandlers } from './checkouts.ts';
import { communityHandlers } from './communities.ts';
import { apiContract } from './contract.ts';
import { customerHandlers } from './customers.ts';
import { within as boundTo } from './following.ts';
import { goodsHandlers } from './goods.ts';
import { payrollHandlers } from './payroll.ts';
import { processHandlers } from './processes.ts';
import { type Protection, protect } from './protection.ts';
import { purchaseOrderHandlers } from './purchase-orders.ts';
import { recordHandlers } from './records.ts';
import { refundHandlers } from './refunds.ts';
import { staffHandlers } from './staff.ts';

/** What the front door acts by: Temporal, and the services, which know it by a token of its own. */
export interface Backend {
  readonly temporal: Client;
  readonly services: FrontDoorServices;
}

export function apiHandlers({ temporal, services }: Backend): HttpHandlers<typeof apiContract> {
  const within = boundTo(temporal);
  return withCaller(apiContract, {
    ...checkoutHandlers(new CheckoutClient(temporal, services.orders), services.orders, within),
    ...refundHandlers(new RefundClient(temporal, services.orders), services.orders, within),
    ...processHandlers(temporal, services, within),
    ...accountHandlers(new InvoicePaymentClient(temporal, services.billing), services, within),
    ...billingHandlers(new InvoiceClient(temporal, services.billing), services, within),
    ...customerHandlers(temporal, services, within),
    ...goodsHandlers(services),
    ...communityHandlers(temporal, services, within),
    ...payrollHandlers(
      {
        payrolls: new PayrollClient(temporal, services.payroll),
        corrections: new PayrollCorrectionClient(temporal, services.payroll),
      },
      services,
      within,
    ),
    ...purchaseOrderHandlers(new PurchaseOrderClient(temporal, services.purchasing), services, within),
    ...billHandlers(new BillClient(temporal, services.purchasing), services, within),
    ...staffHandlers(services),
    ...recordHandlers(services),
  });
}

/** Serves the front door. */
export const serveApi = (
  backend: Backend,
  { protection, ...options }: HttpServerOptions & { readonly protection: Protection },
): Promise<Running> =>
  serveHttp(apiContract, apiHandlers(backend), {
    ...options,
    ...protect(protection),
  });
