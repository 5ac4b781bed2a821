import type Stripe from 'stripe';
import type { z } from 'zod';
import type { Currency } from '../../contracts/currency.ts';
import { orderSubject, subjectName, subjectNameSchema } from '../../contracts/subject.ts';
import { isGiven, type Page, type PaymentProvider } from './provider.ts';
import type { ProviderMovements, providerOperations } from './provider-contract.ts';

type Asked = z.output<(typeof providerOperations)['listMovements']['input']>;
type Movement = ProviderMovements['movements'][number];

/**
 * One page of what the provider has taken and given back, by its own record: nothing that is kept here has a say in it. A payment
 * that was not taken is one of 0.
 */
export async function listMovements(provider: PaymentProvider, { list, after }: Asked): Promise<ProviderMovements> {
  const page = { ...(after && { after }) };
  switch (list) {
    case 'payments':
      return movementsOf(await provider.listIntents(page), paymentMovement);
    case 'refunds':
      return movementsOf(await provider.listRefunds(page), (refund) => ({
        ...fieldsOf(refund, idOf(refund.payment_intent)),
        amount: isGiven(refund) ? -refund.amount : 0,
      }));
    case 'disputes':
      return movementsOf(await provider.listDisputes(page), (dispute) => ({
        ...fieldsOf(dispute, idOf(dispute.payment_intent)),
        // With its fee: both are taken off what the provider owes.
        amount: dispute.balance_transactions.reduce((sum, { amount, fee }) => sum + amount - fee, 0),
      }));
  }
}

function movementsOf<Item extends { readonly id: string }>(
  { items, hasMore }: Page<Item>,
  toMovement: (item: Item) => Movement,
): ProviderMovements {
  const last = items.at(-1)?.id;
  return { movements: items.map(toMovement), ...(hasMore && last !== undefined && { next: last }) };
}

function paymentMovement(intent: Stripe.PaymentIntent): Movement {
  const { payment_id: paymentId, checkout_id: checkoutId, workflow_id: workflowId } = intent.metadata;
  // Anybody with a key can write metadata: what names nothing that can be in the ledger is of nothing.
  const subject = subjectNameSchema.safeParse(checkoutId ? subjectName(orderSubject(checkoutId)) : workflowId).data;
  return {
    ...fieldsOf(intent, intent.id),
    ...(paymentId && { paymentId }),
    ...(subject && { subject }),
    amount: intent.amount_received,
  };
}

const fieldsOf = ({ id, currency }: { readonly id: string; readonly currency: string }, intentId: string) => ({
  ...{ id, intentId, currency: currency.toUpperCase() as Currency },
});

const idOf = (intent: string | Stripe.PaymentIntent | null): string =>
  (typeof intent === 'object' ? intent?.id : intent) ?? '';
