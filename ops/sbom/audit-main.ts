import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describeScript } from '../../platform/script.ts';
import { describeAudit, isGrave, readAudit } from './audit.ts';

const { required } = describeScript(
  'npm run vulnerabilities --',
  'Asks the registry for known vulnerabilities of what runs in production, and says so where it does not answer.',
)
  .option('--required', 'exit with 1 where the registry does not answer, too')
  .parse()
  .opts<{ required?: true }>();

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const { stdout } = await execa('npm', ['audit', '--omit=dev', '--json'], { cwd, reject: false });
const audit = readAudit(stdout);
process.stdout.write(`${describeAudit(audit)}\n`);
if (isGrave(audit) || (required && 'whyUnknown' in audit)) process.exitCode = 1;
