import { type Caller, callers } from '../../contracts/access.ts';
import { LocalIssuer } from '../../platform/access/local-issuer.ts';
import { type RoleName, roleNames } from '../../roles/roles.ts';

/** Tokens are good for twelve hours. */
const renewEvery = 60 * 60 * 1_000;

/** Who works at the machine: every role that people have. */
const developer = {
  subject: 'developer',
  roles: callers.filter((caller) => !roleNames.includes(caller as RoleName)),
};

/** The identities of one system on one machine. */
export interface LocalAccess {
  /** How services verify them, as variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** The variables of a role that calls services. */
  of(name: RoleName): Readonly<Record<string, string>>;
  /** The file with the token of who works at the machine. */
  readonly developerFile: string;
  stop(): void;
}

/** Gives each process that calls services a token of its own, and one to who works at the machine; renews them every hour. */
export async function openLocalAccess(folder: string): Promise<LocalAccess> {
  const issuer = await LocalIssuer.open(folder);
  const processes = roleNames.filter((name) => callers.includes(name as Caller));
  const files = new Map<RoleName, string>();
  const writeAll = async () => {
    for (const name of processes) files.set(name, await issuer.write(name, [name]));
    return issuer.write(developer.subject, developer.roles);
  };
  const developerFile = await writeAll();
  const renewal = setInterval(() => void writeAll(), renewEvery);
  renewal.unref();
  return {
    environment: issuer.environment,
    of(name) {
      const file = files.get(name);
      return file === undefined ? {} : { ACCESS_TOKEN_FILE: file };
    },
    developerFile,
    stop: () => clearInterval(renewal),
  };
}
