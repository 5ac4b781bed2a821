import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a process has used so far, its children's use included. */
export interface Usage {
  /** Milliseconds. */
  readonly processorTime: number;
  /** Bytes; of its children only their private memory. */
  readonly residentMemory: number;
}

/** By the names of the processes; empty where the operating system has no `/proc`. */
export type Usages = ReadonlyMap<string, Usage>;

interface Entry {
  readonly parent: number;
  readonly own: number;
  readonly ofEndedChildren: number;
}

const millisecondsPerTick = 10;
const bytesPerKibibyte = 1_024;
const parts: readonly [RegExp, string][] = [
  [/\bstart-dev\b/, 'Temporal server'],
  [/\bbeam\.smp\b|rabbitmq/, 'RabbitMQ'],
  [/\/postgres\0/, 'PostgreSQL'],
];

/**
 * Reads what processes have used so far: those that are named by their ids, the parts that this process has started, and
 * this process itself, without its children.
 *
 * @param own what to call this process
 */
export function readUsages(named: ReadonlyMap<number, string>, own: string): Usages {
  const usages = new Map<string, Usage>();
  if (!existsSync('/proc/self/stat')) return usages;
  const entries = readEntries();
  const names = new Map(named);
  for (const [processId, { parent }] of entries) {
    if (parent !== process.pid || names.has(processId)) continue;
    const command = readFile(processId, 'cmdline');
    const part = parts.find(([pattern]) => pattern.test(command));
    if (part) names.set(processId, part[1]);
  }
  for (const [processId, name] of names) {
    if (entries.has(processId)) usages.set(name, usageOf(processId, entries));
  }
  const self = entries.get(process.pid);
  if (self) usages.set(own, { processorTime: self.own, residentMemory: memoryOf(process.pid, 'VmRSS') });
  return usages;
}

function usageOf(processId: number, entries: ReadonlyMap<number, Entry>): Usage {
  const { own = 0, ofEndedChildren = 0 } = entries.get(processId) ?? {};
  let processorTime = own + ofEndedChildren;
  let memory = memoryOf(processId, 'VmRSS');
  for (const [child, { parent }] of entries) {
    if (parent !== processId) continue;
    const usage = usageOf(child, entries);
    processorTime += usage.processorTime;
    memory += memoryOf(child, 'RssAnon');
  }
  return { processorTime, residentMemory: memory };
}

/** See proc(5), `/proc/pid/stat`; the second field is the command in brackets, which may hold anything. */
function readEntries(): Map<number, Entry> {
  const entries = new Map<number, Entry>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readFile(Number(name), 'stat');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, kernel = 0, childrenUser = 0, childrenKernel = 0] = fields.slice(11, 15);
    entries.set(Number(name), {
      parent,
      own: (user + kernel) * millisecondsPerTick,
      ofEndedChildren: (childrenUser + childrenKernel) * millisecondsPerTick,
    });
  }
  return entries;
}

function memoryOf(processId: number, kind: 'VmRSS' | 'RssAnon'): number {
  const line = new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm').exec(readFile(processId, 'status'));
  return Number(line?.[1] ?? 0) * bytesPerKibibyte;
}

/** Empty for a process that has ended meanwhile. */
function readFile(processId: number, file: string): string {
  try {
    return readFileSync(`/proc/${processId}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
