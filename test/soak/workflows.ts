import { Milestones } from '../../workflows/kit/milestones.ts';
import { Operator } from '../../workflows/kit/operator.ts';
import { Progress } from '../../workflows/kit/progress.ts';
import { recordOrder } from './order.ts';

/**
 * Places orders, one after the other, and tells of them as a checkout does. The outages of a soak must not reach what a
 * checkout calls besides: only the milestones are left.
 *
 * @param checkoutId the subject of all events
 */
export async function placeOrders(checkoutId: string, orders: number): Promise<void> {
  const milestones = new Milestones(checkoutId, new Operator(new Progress({ state: 'running' })));
  for (let number = 1; number <= orders; number += 1) {
    recordOrder((name, data) => milestones.record(name, data), checkoutId, number);
    await milestones.publish();
  }
}
