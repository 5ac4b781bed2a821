import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Caller, callers } from '../contracts/access.ts';
import type { Authenticate } from '../platform/access/authenticator.ts';
import { LocalIssuer } from '../platform/access/local-issuer.ts';
import type { TokenSource } from '../platform/access/token-source.ts';

/** For services in this process: everyone is the tester, who may do everything. */
export const asTester: Authenticate = async () => ({ subject: 'tester', issuer: 'test', roles: callers });

let opened: Promise<LocalIssuer> | undefined;

/** One issuer for all tests of a file. */
function issuer(): Promise<LocalIssuer> {
  if (!opened) {
    const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-issuer-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    opened = LocalIssuer.open(folder);
  }
  return opened;
}

/** What a service reads of its environment to know its callers. */
export const accessVariables = async () => (await issuer()).environment;

/** The token of somebody who holds these roles. */
export const tokenOf =
  (...roles: Caller[]): TokenSource =>
  async () =>
    (await issuer()).issue(roles.join('-and-'), roles);
