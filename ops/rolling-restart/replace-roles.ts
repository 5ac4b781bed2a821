import type { Report } from '../../parts/report.ts';
import { waitUntil } from '../../parts/wait.ts';
import { type RoleName, roleNames, roleOf } from '../../roles/roles.ts';
import type { System } from '../system/system.ts';
import type { SteadyCheckouts } from './checkouts.ts';

/** The roles of the system itself: what stands in for the provider and the mail server is deployed by others. */
export const replacedRoles: readonly RoleName[] = roleNames.filter((name) => roleOf(name).kind !== 'double');

const nextCheckoutWithinMilliseconds = 60_000;

/**
 * Replaces the process of each role in turn, as a deployment does: where nothing has its address, the next one starts before it
 * is stopped; else callers wait for the moment in between. Goes on when a checkout has ended since.
 *
 * @returns the roles after which no checkout has ended within a minute
 */
export async function replaceRoles(system: System, checkouts: SteadyCheckouts, report: Report): Promise<RoleName[]> {
  const stuck: RoleName[] = [];
  for (const name of replacedRoles) {
    report(`replacing ${name}`);
    if (roleOf(name).address) {
      await system.stopRole(name);
      await system.start(name);
    } else {
      const next = system.another(name, {});
      await next.start();
      await system.stopRole(name);
      await system.start(name);
      await next.stop();
    }
    const before = checkouts.ended;
    const goesOn = await waitUntil(async () => checkouts.ended > before, { within: nextCheckoutWithinMilliseconds });
    if (!goesOn) stuck.push(name);
  }
  return stuck;
}
