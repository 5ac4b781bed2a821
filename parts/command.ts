import { accessSync, constants, statSync } from 'node:fs';
import { setPriority, constants as systemConstants } from 'node:os';
import path from 'node:path';
import { ExecaError, execa } from 'execa';

/** How a command is run. */
export type CommandOptions = {
  directory?: string;
  environment?: NodeJS.ProcessEnv;
  /** Milliseconds until it is killed. */
  timeout?: number;
  /** Run at low CPU priority. */
  lowPriority?: boolean;
  /** Gets each line of output as it comes. */
  onLine?: (line: string) => void;
  user?: { uid: number; gid: number };
};

/** A command that could not be started or ended with an exit code other than 0. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** Everything it wrote, both streams as they came. */
  readonly output: string;
  /** The system's code when it could not be started, e.g. `ENOENT`. */
  readonly code: string | undefined;

  constructor(message: string, output: string, code?: string) {
    super(message);
    this.output = output;
    this.code = code;
  }
}

/** The last lines of a text, for a message. */
export function lastLines(text: string, count = 8): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Runs a command to its end.
 * @returns what it wrote to its standard output
 * @throws CommandError when it cannot be started, is too slow or ends with an exit code other than 0
 */
export async function run(
  command: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const child = execa(command, parameters, {
    all: true,
    ...(options.directory !== undefined && { cwd: options.directory }),
    env: options.environment ?? process.env,
    extendEnv: false,
    killSignal: 'SIGKILL',
    stdin: 'ignore',
    stripFinalNewline: false,
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...options.user,
  });
  if (options.lowPriority === true && child.pid !== undefined) lowerPriority(child.pid);
  try {
    const { onLine } = options;
    if (onLine) for await (const line of child.iterable({ from: 'all' })) if (line.trim() !== '') onLine(line.trim());
    return (await child).stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const shown = [path.basename(command), ...parameters].join(' ');
    const { all: output = '', code, exitCode, signal, timedOut } = error;
    const ended = signal === undefined ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
    const how = timedOut ? `was not done after ${(options.timeout ?? 0) / 1_000} s` : ended;
    throw exitCode === undefined && signal === undefined
      ? new CommandError(`"${shown}" could not be started: ${error.originalMessage}.`, output, code)
      : new CommandError(`"${shown}" ${how}:\n${lastLines(output)}`, output);
  }
}

function lowerPriority(processId: number): void {
  try {
    setPriority(processId, systemConstants.priority.PRIORITY_LOW);
  } catch {
    // It only means that the machine is busier meanwhile.
  }
}

/** The first executable file of that name on the PATH, or undefined. */
export function findOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => path.join(directory, name))
    .find(isExecutable);
}

/** Whether a file is there and may be executed. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
