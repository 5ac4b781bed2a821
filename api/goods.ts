import type { ServiceClients } from '../client/services.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import { refusals } from '../contracts/refusals.ts';
import { type ApiHandlers, actingCustomer } from './caller.ts';
import type { goodsOperations } from './goods-contract.ts';

type Services = Pick<ServiceClients, 'catalog' | 'inventory' | 'reviews'>;

/** Products, stock and reviews are of the services behind; a customer reviews in their own name. */
export const goodsHandlers = (services: Services): ApiHandlers<typeof goodsOperations> => ({
  readProduct: async ({ sku }, { call }) => {
    const [product] = await services.catalog.getProducts({ skus: [sku] }, call);
    if (product) return product;
    throw new ServiceFailure(refusals.UnknownProduct, `there is no product ${sku}`, { field: 'sku' });
  },
  importProducts: async (input, { call }) => ({ imported: await services.catalog.importProducts(input, call) }),
  listStock: (input, { call }) => services.inventory.listStock(input, call),
  receiveStock: (input, { call }) => services.inventory.receiveStock(input, call),
  listReviews: (input, { call }) => services.reviews.listReviews(input, call),
  submitReview: ({ customerId, ...review }, caller) => {
    const { call, context } = caller;
    const request = { ...review, customerId: actingCustomer(caller, customerId) };
    return services.reviews.submitReview(request, { ...call, onBehalfOf: context.token });
  },
});
