import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { setPriority, constants as systemConstants } from 'node:os';
import path from 'node:path';

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
export function run(command: string, parameters: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, parameters, {
    cwd: options.directory,
    env: options.environment ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeout,
    killSignal: 'SIGKILL',
    ...options.user,
  });
  if (options.lowPriority === true && child.pid !== undefined) lowerPriority(child.pid);
  let standardOutput = '';
  let output = '';
  const take = (chunk: string) => {
    output += chunk;
    for (const line of chunk.split('\n')) if (line.trim() !== '') options.onLine?.(line.trim());
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    standardOutput += chunk;
    take(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', take);
  const shown = [path.basename(command), ...parameters].join(' ');
  child.on('error', (error: NodeJS.ErrnoException) => {
    reject(new CommandError(`"${shown}" could not be started: ${error.message}.`, output, error.code));
  });
  child.on('close', (code, signal) => {
    if (code === 0) resolve(standardOutput);
    else {
      const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      reject(new CommandError(`"${shown}" ${how}:\n${lastLines(output)}`, output));
    }
  });
  return promise;
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
