import path from 'node:path';
import { type Command, Option } from 'commander';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { namesToken } from '../../../platform/access/token-source.ts';
import { ConfigurationError } from '../../../platform/configuration.ts';
import { commandLineToken, localPeople } from '../../local-people.ts';
import type { DeviceCode } from '../../login/device-login.ts';
import { readLogin, removeLogin, writeLogin } from '../../login/stored-login.ts';
import { identityOf, type OwnIdentity, ownIdentity } from '../../own-token.ts';
import type { Addresses } from '../../services.ts';
import type { Act } from '../act.ts';
import type { Answer } from '../answer.ts';
import { details } from '../details.ts';
import { programName } from '../program-name.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly as?: string;
  readonly issuer?: string;
  readonly client?: string;
  readonly scope: string;
}

/** `login`, `logout` and `whoami`: as whom this command line calls. */
export function addLoginCommands(program: Command, act: Act): void {
  program
    .command('login')
    .description('log in at a provider of OpenID Connect, by a code that you confirm in a browser')
    .option('--issuer <url>', 'the provider (default: ACCESS_ISSUER)')
    .option('--client <id>', 'whom it knows this program as (default: ACCESS_CLIENT_ID)')
    .option('--scope <scopes>', 'what it is asked for', process.env['ACCESS_SCOPE'] || 'openid profile offline_access')
    .addOption(
      new Option('--as <person>', 'another person of the system that `npm start` runs; `developer` may do everything')
        .choices([...localPeople.keys()])
        .conflicts(['issuer', 'client']),
    )
    .action(
      act(async (session, flags: Flags) =>
        flags.as === undefined ? logInAtProvider(session, flags) : logInLocally(session, flags.as),
      ),
    );

  program
    .command('logout')
    .description('forget the login, here and at the provider')
    .action(act(async () => logOut()));

  program
    .command('whoami')
    .description('as whom this command line calls, with which roles and until when')
    .action(act(async ({ addresses }) => describeIdentity(await ownIdentity(addresses))));
}

async function logInLocally({ addresses }: Session, subject: string): Promise<Answer> {
  const file = addresses['ACCESS_TOKEN_FILE'] ?? '';
  if (path.basename(file) !== `${commandLineToken}.token`) {
    throw new ConfigurationError(
      'ACCESS_TOKEN_FILE is no file of a system of this machine: log in at your provider, with --issuer and --client',
    );
  }
  const { LocalIssuer } = await import('../../../platform/access/local-issuer.ts');
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
}

async function logInAtProvider({ addresses, json }: Session, flags: Flags): Promise<Answer> {
  const issuer = flags.issuer ?? addresses['ACCESS_ISSUER'] ?? '';
  const clientId = flags.client ?? addresses['ACCESS_CLIENT_ID'] ?? '';
  // The issuer of `npm start` is no provider, and has no address.
  if (!/^https?:/.test(issuer))
    throw missing(
      'issuer',
      '--issuer or ACCESS_ISSUER names your provider; --as PERSON is for the system that `npm start` runs',
    );
  if (clientId === '')
    throw missing('client', '--client or ACCESS_CLIENT_ID names whom the provider knows this program as');
  const { logIn } = await import('../../login/device-login.ts');
  const audience = addresses['ACCESS_AUDIENCE'] || 'durable-checkout';
  const login = await logIn({ issuer, clientId, audience, scope: flags.scope }, (code) => showCode(code, json));
  const identity = identityOf(login.accessToken, addresses);
  writeLogin(login);
  return describeIdentity(identity, otherToken(addresses));
}

/** Which token counts before that of the login. */
const otherToken = (addresses: Addresses): string | undefined =>
  namesToken(addresses) ? 'no: the environment or the running system names another token' : undefined;

const missing = (field: string, message: string) => new ServiceFailure('InvalidRequest', message, { field });

/** On standard error, where it is seen before the answer. */
function showCode(code: DeviceCode, json: boolean): void {
  const text = `Open ${code.pageWithCode ?? code.page} and confirm the code ${code.code}, until ${code.expiresAt}`;
  process.stderr.write(`${json ? JSON.stringify({ login: code }) : text}\n`);
}

async function logOut(): Promise<Answer> {
  const login = tryRead();
  const wasThere = removeLogin();
  const text = wasThere ? 'You are logged out' : `There was no login; ${programName} login`;
  if (login) {
    const { revoke } = await import('../../login/device-login.ts');
    await revoke(login);
  }
  return { document: { loggedOut: wasThere }, text };
}

/** A damaged one is removed like any other. */
function tryRead() {
  try {
    return readLogin();
  } catch {
    return undefined;
  }
}

function describeIdentity(identity: OwnIdentity, used?: string): Answer {
  const { subject, roles, issuer, endsAt } = identity;
  return {
    document: identity,
    text: details([
      ['You are', subject],
      ['Roles', roles.join(', ') || 'none'],
      ['Issuer', issuer],
      ['Ends', endsAt],
      ['Used here', used],
    ]),
  };
}
