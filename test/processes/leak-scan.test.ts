import { expect, test } from '@jest/globals';
import { execa } from 'execa';

test('people are named where they have to be and nowhere else, and nowhere once they were erased', async () => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['ops/leak-scan/main.ts'], {
    reject: false,
    env: { NODE_OPTIONS: '' },
  });
  expect([exitCode, stderr]).toEqual([0, '']);
  const [, before = '', after = ''] = stdout.split(/^(?:While the people|After they were erased).*$/m);
  // It has looked: those who have to keep a name have it.
  expect(before).toMatch(/✓ +customers\.customers/);
  expect(before).toMatch(/✓ +dead_letters\.dead_letters/);
  const [, salaries = ''] = before.split(/^Of employees.*$/m);
  expect(salaries).toMatch(/✓ +payroll\.payslips/);
  expect(salaries).toMatch(/✓ +payroll\.employees/);
  expect(salaries).not.toMatch(/temporal|rabbitmq|logs|dead_letters|outbox|traces|✗/);
  expect(after).not.toMatch(/customers|orders|billing|dead_letters/);
  expect(after).not.toContain('✗');
}, 300_000);
