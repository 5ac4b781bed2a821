import { execa } from 'execa';
import type { RoleName } from '../../roles/roles.ts';
import { accessVariables } from '../identities.ts';

/** A role of the system in a process of its own. */
export interface ChildProcess {
  /** Where it listens, as it said itself. */
  readonly address: string;
  /** Stops it in order. @returns its log */
  stop(): Promise<string>;
}

/**
 * Starts a role with the test's database, and waits until it is ready.
 *
 * @throws {Error} with its exit code and what it wrote, when it ends before
 */
export async function startProcess(role: RoleName, environment: Record<string, string>): Promise<ChildProcess> {
  const child = execa('node', ['roles/main.ts', role], {
    extendEnv: false,
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: process.env['DATABASE_URL'],
      PORT: '0',
      LOG_LEVEL: 'silent',
      ...(await accessVariables()),
      ...environment,
    },
    reject: false,
  });
  const ended = async () => {
    const { exitCode, stderr } = await child;
    throw new Error(`it ended with ${exitCode}: ${stderr}`);
  };
  const said = new Promise<string>((resolve) => child.stdout.once('data', (line) => resolve(String(line).trim())));
  const ready = await Promise.race([said, ended()]);
  return {
    address: ready.split(' ').at(-1) ?? '',
    async stop() {
      child.kill('SIGTERM');
      return (await child).stderr;
    },
  };
}
