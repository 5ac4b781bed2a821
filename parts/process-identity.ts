import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * A process that can be recognised later: process ids are used again, a process id together with its start time is not.
 */
export type ProcessIdentity = {
  processId: number;
  /** When it started, in whatever form the system tells it. Only compared. */
  startTime: string;
};

type Row = { parent: number; state: string; startTime: string };

/** The fields of `/proc/PID/stat` behind the command, which may itself contain blanks and brackets. */
function readRow(processId: number): Row | undefined {
  if (process.platform !== 'linux') return askPs(processId);
  try {
    const text = readFileSync(`/proc/${processId}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function askPs(processId: number): Row | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'state=,ppid=,lstart=', '-p', String(processId)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = '', parent = '', ...started] = line.split(/\s+/);
    return state === '' ? undefined : { state, parent: Number(parent), startTime: started.join(' ') };
  } catch {
    return undefined;
  }
}

/** The identity of a process that is running now, or undefined when it is not. */
export function identify(processId: number): ProcessIdentity | undefined {
  const row = readRow(processId);
  // A zombie only waits for its parent to ask for its exit code; it does nothing any more.
  if (row === undefined || /^[ZX]/.test(row.state)) return undefined;
  return { processId, startTime: row.startTime };
}

/** Whether exactly this process is still running. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.processId)?.startTime === identity.startTime;
}

/** Sends a signal to exactly this process, or to none when it is gone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.processId, signal);
  } catch {
    // It went away in between.
  }
}

function allProcessIds(): number[] {
  if (process.platform === 'linux')
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  const text = execFileSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' });
  return text
    .split('\n')
    .map(Number)
    .filter((id) => id > 0);
}

/** With what a process was started, for people to read; its process id where the system does not tell. */
export function commandLineOf({ processId }: ProcessIdentity): string {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return `process ${processId}`;
  }
}

/** A process and everything that it started and that is still its child, parents first. */
export function withDescendants(root: ProcessIdentity): ProcessIdentity[] {
  const children = new Map<number, ProcessIdentity[]>();
  for (const processId of allProcessIds()) {
    const row = readRow(processId);
    if (row === undefined || /^[ZX]/.test(row.state)) continue;
    const siblings = children.get(row.parent) ?? [];
    siblings.push({ processId, startTime: row.startTime });
    children.set(row.parent, siblings);
  }
  const found = isRunning(root) ? [root] : [];
  for (const identity of found) found.push(...(children.get(identity.processId) ?? []));
  return found;
}

/**
 * Running processes that carry a variable with this value in the environment they were started with. Linux only, and
 * only the user's own; elsewhere none are found.
 */
export function processesWithEnvironment(name: string, value: string): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const wanted = `${name}=${value}`;
  return allProcessIds().flatMap((processId) => {
    try {
      if (!readFileSync(`/proc/${processId}/environ`, 'utf8').split('\0').includes(wanted)) return [];
      return identify(processId) ?? [];
    } catch {
      return [];
    }
  });
}
