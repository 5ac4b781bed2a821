import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import setUp, { tearDown } from '../../setup/workflows.ts';
import { describeFailure } from './report.ts';
import { runStories } from './stories.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '200' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const runs = Number(values.runs);
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);

const say = (line: string) => process.stdout.write(`${line}\n`);

if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  process.stderr.write(
    '--runs and --seed are whole numbers, --runs at least 1: npm run random-faults -- --runs 200 --seed 7\n',
  );
  process.exit(2);
}
say(`seed ${seed}`);
const start = Date.now();
await setUp();
try {
  const { outcomes, failure, failures, runs: told } = await runStories({ runs, seed, path: values.path });
  const words = Object.entries(outcomes).map(([outcome, times]) => `${times} ${outcome}`);
  say(`${told} runs in ${Math.round((Date.now() - start) / 1_000)} s: ${words.join(', ')}; ${failures} broke a rule`);
  if (failure) {
    say(describeFailure(failure, seed));
    process.exitCode = 1;
  }
} finally {
  await tearDown();
}
