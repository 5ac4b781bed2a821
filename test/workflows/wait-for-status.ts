import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutStatus } from '../../workflows/checkout/contract.ts';
import { statusQuery } from '../../workflows/checkout/messages.ts';
import type { CheckoutEnvironment, CheckoutHandle } from './environment.ts';

const longestWait = 20_000;
const minute = 60_000;

/** Waits, without skipping time, until the status of a checkout is as it has to be. */
export function waitForStatus(
  handle: CheckoutHandle,
  holds: (status: CheckoutStatus) => boolean,
): Promise<CheckoutStatus> {
  return reach(handle, holds, async () => undefined);
}

/** The same, with a minute of the server's time skipped before each further look. */
export function skipToStatus(
  environment: CheckoutEnvironment,
  handle: CheckoutHandle,
  holds: (status: CheckoutStatus) => boolean,
): Promise<CheckoutStatus> {
  return reach(handle, holds, () => environment.skipTime(minute));
}

async function reach(
  handle: CheckoutHandle,
  holds: (status: CheckoutStatus) => boolean,
  meanwhile: () => Promise<void>,
): Promise<CheckoutStatus> {
  let status: CheckoutStatus | undefined;
  const isReached = await waitUntil(
    async () => {
      status = await handle.query(statusQuery);
      if (holds(status)) return true;
      await meanwhile();
      return false;
    },
    { within: longestWait },
  );
  if (isReached && status) return status;
  throw new Error(`the checkout did not get there: ${JSON.stringify(status)}`);
}
