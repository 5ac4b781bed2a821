import { commandLineToken, developer } from '../../client/local-people.ts';
import { callingProcesses } from '../../contracts/access.ts';
import { LocalIssuer } from '../../platform/access/local-issuer.ts';
import type { RoleName } from '../../roles/roles.ts';

/** Tokens are good for twelve hours. */
const renewEvery = 60 * 60 * 1_000;

/** The identities of one system on one machine. */
export interface LocalAccess {
  /** How services verify them, as variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** The variables of a role that calls services. */
  of(name: RoleName): Readonly<Record<string, string>>;
  /** The file with the token of the command line: at first of the developer, then of whoever logs in there. */
  readonly commandLineFile: string;
  stop(): void;
}

/** Gives each process that calls services a token of its own, and one to the command line; renews them every hour. */
export async function openLocalAccess(folder: string): Promise<LocalAccess> {
  const issuer = await LocalIssuer.open(folder);
  const files = new Map<string, string>();
  for (const name of callingProcesses) files.set(name, await issuer.write(name, name, [name]));
  const commandLineFile = await issuer.write(commandLineToken, developer.subject, developer.roles);
  const renewal = setInterval(async () => {
    for (const name of [...callingProcesses, commandLineToken]) await issuer.renew(name);
  }, renewEvery);
  renewal.unref();
  return {
    environment: issuer.environment,
    of(name) {
      const file = files.get(name);
      return file === undefined ? {} : { ACCESS_TOKEN_FILE: file };
    },
    commandLineFile,
    stop: () => clearInterval(renewal),
  };
}
