import path from 'node:path';
import { cacheDirectory, installOnce } from '../../parts/cache.ts';
import { CommandError, findOnPath, lastLines, run } from '../../parts/command.ts';
import { PartError } from '../../parts/part-error.ts';
import type { Report } from '../../parts/report.ts';

const part = 'schemathesis';
const version = '4.32.5';
const oldestPython = [3, 10] as const;

/**
 * Finds schemathesis in the cache, or installs it there into a Python environment of its own.
 *
 * @returns the Python that has it
 * @throws {PartError} when there is no Python for it, or it cannot be fetched
 */
export async function schemathesisPython(report: Report): Promise<string> {
  const target = path.join(cacheDirectory(), `schemathesis-${version}`);
  await installOnce({
    part,
    target,
    megabytes: 200,
    report,
    async make(temporary) {
      const python = await findPython();
      report(`${part}: installing ${version} with ${python} into ${target} …`);
      await run(python, ['-m', 'venv', temporary]).catch((error: unknown) => {
        throw failure(
          'missing-tool',
          'Python cannot make a virtual environment',
          error,
          'Install it (Debian: apt-get install python3-venv)',
        );
      });
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${version}`];
      await run(path.join(temporary, 'bin', 'python'), pip).catch((error: unknown) => {
        throw failure(
          'no-network',
          'pip could not fetch it',
          error,
          'Check the connection and the index of pip (pip config list)',
        );
      });
    },
  });
  return path.join(target, 'bin', 'python');
}

/** The first Python on the PATH that is new enough. */
async function findPython(): Promise<string> {
  const [major, minor] = oldestPython;
  const isNew = `import sys; sys.exit(sys.version_info < (${major}, ${minor}))`;
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
    const python = findOnPath(name);
    const answered =
      python &&
      (await run(python, ['-c', isNew], { timeout: 10_000 }).then(
        () => true,
        () => false,
      ));
    if (python && answered) return python;
  }
  throw new PartError(part, {
    reason: 'missing-tool',
    happened: `It needs Python ${major}.${minor} or newer, and there is none on the PATH.`,
    remedy:
      'Install it (Debian: apt-get install python3 python3-venv) and run the same command again; ' +
      '`npm test -- test/services/fuzz` fuzzes without it.',
  });
}

function failure(reason: 'missing-tool' | 'no-network', happened: string, error: unknown, remedy: string): PartError {
  const said = error instanceof CommandError ? `: ${lastLines(error.output, 3)}` : '';
  return new PartError(part, {
    reason,
    happened: `${happened}${said}.`,
    remedy: `${remedy}, and run the same command again.`,
    cause: error,
  });
}

/**
 * Not tried: what the documents allow is not always accepted, since a total that does not add up, or a country that there
 * is not, cannot be told by a schema. Whose things an operation gives out is tried by the access matrix.
 */
const excluded = ['positive_data_acceptance', 'object_level_authorization', 'missing_required_header'];

/** Seconds after which an answer is too late, whatever was sent. */
const slowest = 2;

export interface FuzzOptions {
  readonly seed: number;
  readonly examples: number;
  /** What each call carries, but for those that try whether it is asked for. @default calls carry none */
  readonly token?: string | undefined;
}

/**
 * Fuzzes one service from its own OpenAPI document.
 *
 * @returns whether every answer was a documented one; `onLine` gets what schemathesis writes
 */
export async function fuzzService(
  python: string,
  url: string,
  { seed, examples, token }: FuzzOptions,
  onLine: (line: string) => void,
): Promise<boolean> {
  const parameters = [
    ...[
      '-m',
      'schemathesis.cli',
      'run',
      `${url}/openapi.json`,
      '--checks',
      'all',
      '--exclude-checks',
      excluded.join(','),
    ],
    ...['--seed', String(seed), '--max-examples', String(examples), '--phases', 'examples,coverage,fuzzing'],
    ...['--max-response-time', String(slowest)],
    ...(token ? ['--header', `Authorization: Bearer ${token}`] : []),
    ...['--continue-on-failure', '--suppress-health-check', 'all', '--warnings', 'off', '--no-color'],
  ];
  try {
    // Nothing is written where it was started from.
    await run(python, parameters, { directory: cacheDirectory(), onLine });
    return true;
  } catch (error) {
    if (error instanceof CommandError && error.code === undefined) return false;
    throw error;
  }
}
