import { statSync } from 'node:fs';

/** The files that take longest: seconds, about. */
const seconds: Readonly<Record<string, number>> = {
  'processes/payments-away': 190,
  'faults/random-faults': 75,
  'processes/recipients-away': 50,
  'processes/killed-at-boundaries': 75,
  'processes/production': 45,
  'processes/start': 40,
  'faults/fault-matrix': 60,
  'processes/soak': 35,
  'processes/production-packages': 30,
  'processes/hostile-shell': 25,
  'processes/chaos': 70,
  'processes/killed-processes': 30,
  'processes/rolling-deploy': 25,
  'messaging/consumer-process': 20,
  'messaging/migration': 20,
  'messaging/plugin': 20,
  'workflows/checkout-cancellation': 20,
  'system/identity-sequences': 25,
};

/** The order of the files of tests: two run at the same time, and no long one is to be left over at the end. */
export default class LongestFirst {
  sort<Test extends { readonly path: string }>(tests: readonly Test[]): Test[] {
    return tests.toSorted((one, other) => secondsOf(other) - secondsOf(one) || sizeOf(other) - sizeOf(one));
  }

  cacheResults(): void {
    // What a machine remembers of earlier runs is not needed: the order is the same everywhere.
  }
}

const secondsOf = ({ path }: { readonly path: string }) =>
  seconds[path.split('/').slice(-2).join('/').replace('.test.ts', '')] ?? 0;

const sizeOf = ({ path }: { readonly path: string }) => statSync(path).size;
