import { Argument } from 'commander';
import { runRoles } from '../platform/process.ts';
import { describeScript } from '../platform/script.ts';
import { type RoleName, roleKinds, roleNames, roleOf } from './roles.ts';

const command = describeScript('node roles/main.ts', 'Runs roles of the system in one process until SIGTERM or SIGINT.')
  .addArgument(new Argument('<role...>', 'what to run').choices(roleNames))
  .parse();
const [names] = command.processedArgs as [RoleName[]];

const standIns = names.filter((name) => roleOf(name).kind === 'double');
if (process.env['NODE_ENV'] === 'production' && standIns.length > 0) {
  command.error(
    `error: ${standIns.join(', ')}: it stands in for what is outside of the system, and never in production`,
  );
}

const stages = roleKinds.map((kind) => [...new Set(names)].filter((name) => roleOf(name).kind === kind));
const loaded = stages.map((stage) =>
  Promise.all(stage.map(async (name) => ({ name, role: (await roleOf(name).load()).role }))),
);
await runRoles(await Promise.all(loaded), ['paymentMethod']);
