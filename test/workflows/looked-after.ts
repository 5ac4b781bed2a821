import type { Resolution } from '../../workflows/kit/contract.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import type { CheckoutHandle } from './environment.ts';
import { FakeServices, refuse } from './fake-services.ts';

/** Who decides in these tests, and why. */
export const by = { by: 'Grace Hopper', note: 'the shelf was locked' };

/** An operator decides about a call. */
export const resolve = (handle: CheckoutHandle, resolution: Partial<Resolution>) =>
  handle.executeUpdate(resolveUpdate, { args: [{ ...by, ...resolution } as Resolution] });

/** Services whose payment provider authorizes, loses the answer, and cannot be reached from then on until it is well. */
export function servicesWithoutProvider(): { services: FakeServices; recover(): void } {
  let isDown = true;
  const unreachable = () => {
    if (isDown) refuse('Unavailable', 'the provider cannot be reached')();
  };
  const services = new FakeServices()
    .interfere('authorize', { after: unreachable })
    .interfere('findPayment', { before: unreachable });
  return {
    services,
    recover() {
      isDown = false;
    },
  };
}
