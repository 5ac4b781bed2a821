import { expect, test } from '@jest/globals';
import { drawProgress } from '../../platform/progress-bar.ts';

test.each([
  [0, 1_000, `${'░'.repeat(40)} 0 % | 0 of 1,000 residents`],
  [450, 1_000, `${'█'.repeat(18)}${'░'.repeat(22)} 45 % | 450 of 1,000 residents`],
  [999, 1_000, `${'█'.repeat(40)} 99 % | 999 of 1,000 residents`],
  [1_000, 1_000, `${'█'.repeat(40)} 100 % | 1,000 of 1,000 residents`],
  [0, 0, `${'█'.repeat(40)} 100 % | 0 of 0 residents`],
  [3, 2, `${'█'.repeat(40)} 100 % | 3 of 2 residents`],
])('%d of %d are drawn as a bar with both numbers', (done, total, drawn) => {
  expect(drawProgress(done, total, 'residents')).toBe(drawn);
});
