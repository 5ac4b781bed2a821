import { describe, expect, test } from '@jest/globals';
import { disturbances } from '../chaos/network.ts';
import { isProcess, planFaults } from '../chaos/plan.ts';
import { parts, processes } from '../soak/targets.ts';

const targets = [...parts, ...processes];

describe('the outages of a soak', () => {
  test('are the same for the same seed, and others for another one', () => {
    expect(planFaults({ seed: 7, seconds: 300, targets })).toEqual(planFaults({ seed: 7, seconds: 300, targets }));
    expect(planFaults({ seed: 8, seconds: 300, targets })).not.toEqual(planFaults({ seed: 7, seconds: 300, targets }));
  });

  test.each([20, 30, 60, 300, 3_600])(
    'kill and freeze everything at least once in %i s, and end before it does',
    (seconds) => {
      for (let seed = 1; seed <= 50; seed += 1) {
        const faults = planFaults({ seed, seconds, targets });
        const happened = new Set(faults.map(({ target, kind }) => `${kind} ${target}`));
        expect(happened.size).toBe(2 * (parts.length + processes.length));
        expect(faults.every(({ at }) => at > 0 && at < seconds * 1_000)).toBe(true);
      }
    },
  );

  test('disturb the network at least once in each way where they may, the same for the same seed', () => {
    const plan = () => planFaults({ seed: 3, seconds: 40, targets, more: disturbances });
    const happened = new Set(plan().map(({ target, kind }) => `${kind} ${target}`));
    expect([...happened]).toEqual(expect.arrayContaining(disturbances.map(({ target, kind }) => `${kind} ${target}`)));
    expect(plan()).toEqual(plan());
  });

  test('let bridge and consumers live through the second half of a longer soak', () => {
    const kills = planFaults({ seed: 7, seconds: 600, targets, processesLiveOn: true }).filter(
      ({ kind, at }) => kind === 'kill' && at > 300_000,
    );
    expect(kills.filter(({ target }) => isProcess(target))).toEqual([]);
    expect(new Set(kills.map(({ target }) => target))).toEqual(new Set(parts));
  });
});
