import path from 'node:path';
import { type Command, Option } from 'commander';
import { LocalIssuer } from '../../../platform/access/local-issuer.ts';
import { ConfigurationError } from '../../../platform/configuration.ts';
import { commandLineToken, localPeople } from '../../local-people.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';

/** `login`: as whom this command line calls the system that `npm start` runs. */
export function addLoginCommand(program: Command, act: Act): void {
  program
    .command('login')
    .description('go on as another person of the local system; `--as developer` may do everything')
    .addOption(new Option('--as <person>', 'who').choices([...localPeople.keys()]).makeOptionMandatory())
    .action(
      act(async ({ addresses }, { as: subject }: { readonly as: string }) => {
        const file = addresses['ACCESS_TOKEN_FILE'] ?? '';
        if (path.basename(file) !== `${commandLineToken}.token`) {
          throw new ConfigurationError(
            'ACCESS_TOKEN_FILE is no file of a system of this machine: log in at your provider, and have it name the file with your token',
          );
        }
        const roles = localPeople.get(subject) ?? [];
        const issuer = await LocalIssuer.open(path.dirname(file));
        await issuer.write(commandLineToken, subject, roles);
        return {
          document: { subject, roles },
          text: details([
            ['You are', subject],
            ['Roles', roles.join(', ')],
          ]),
        };
      }),
    );
}
