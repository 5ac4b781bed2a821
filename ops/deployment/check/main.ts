import { describeScript } from '../../../platform/script.ts';
import { beyondReach, checkDeployment } from './checks.ts';

describeScript(
  'npm run deploy:check',
  'Holds Dockerfile, compose file, chart, rules and dashboards against their validators, and says what could not be checked.',
).parse();

const marks = { passed: '✓', failed: '✗', unchecked: '–' } as const;
const say = (line: string) => process.stdout.write(`${line}\n`);

const results = await checkDeployment((line) => process.stderr.write(`${line}\n`));
for (const { name, outcome, detail } of results) {
  say(`${marks[outcome]}  ${name}${outcome === 'unchecked' ? `: not checked, since ${detail}` : ''}`);
  if (outcome === 'failed') say(detail.replaceAll(/^/gm, '     '));
}
say('\nNot checked by any tool here:');
for (const line of beyondReach) say(`–  ${line}`);
if (results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
