import type { Report } from '../../parts/report.ts';
import { type ProcessorTime, processorTimeOf } from '../process-figures.ts';
import { fillQueue } from './ledger.ts';
import type { MessagingSystem } from './messaging-system.ts';
import type { MessagingBenchOptions } from './options.ts';
import {
  bridgePublishing,
  oneAtATimePublishing,
  type Publishing,
  pipelinedPublishing,
  requireInQueue,
} from './publishing.ts';
import type { RawLedger } from './raw-ledger.ts';

/** What is measured against each other: three ways to publish, two to write the books. */
export type SubjectName = 'bridge' | 'pipelined' | 'oneAtATime' | 'ledger' | 'rawLedger';

const subjectTitles: Readonly<Record<SubjectName, string>> = {
  bridge: 'bridge',
  pipelined: 'amqplib, pipelined',
  oneAtATime: 'amqplib, one at a time',
  ledger: 'ledger consumer',
  rawLedger: 'pg, batched',
};

export const subjectNames = Object.keys(subjectTitles) as SubjectName[];

export interface Measurement {
  readonly perSecond: number;
  /** Messages or journals. */
  readonly count: number;
  /** Milliseconds of processor time for one message or journal. */
  readonly processorTime: ProcessorTime;
}

export type Round = Readonly<Record<SubjectName, Measurement>>;

/** One way to do the work; only `run` is measured. */
interface Subject {
  prepare?(seconds: number): Promise<void>;
  /** @returns how many messages were confirmed or journals committed */
  run(seconds: number): Promise<number>;
  /** Takes note of what `run` did. @throws when it did not do what it said */
  finish?(count: number, seconds: number): Promise<void>;
}

/** Runs the subjects in turn, round after round, so that what the machine does besides hits all of them alike. */
export async function runRounds(
  system: MessagingSystem,
  raw: RawLedger,
  { rounds: number, seconds }: MessagingBenchOptions,
  report: Report,
): Promise<Round[]> {
  const subjects = createSubjects(system, raw);
  const rounds: Round[] = [];
  for (let index = 0; index <= number; index++) {
    const round: Partial<Record<SubjectName, Measurement>> = {};
    for (const name of subjectNames) round[name] = await measure(system, subjects[name], seconds);
    const rates = subjectNames.map((name) => `${subjectTitles[name]} ${Math.round(round[name]?.perSecond ?? 0)}/s`);
    report(`${index === 0 ? 'Warm-up' : `Round ${index} of ${number}`}: ${rates.join(', ')}`);
    rounds.push(round as Round);
  }
  return rounds;
}

function createSubjects(system: MessagingSystem, raw: RawLedger): Record<SubjectName, Subject> {
  const { publisher, channel } = system;
  const publishing = (run: Publishing): Subject => ({ run, finish: (count) => requireInQueue(channel, count) });
  return {
    bridge: publishing(bridgePublishing(publisher)),
    pipelined: publishing(pipelinedPublishing(channel)),
    oneAtATime: publishing(oneAtATimePublishing(channel)),
    ledger: ledgerSubject(system),
    rawLedger: { run: (seconds) => raw.insert(seconds) },
  };
}

/** As many events as the consumer is expected to handle in the time, by what it did before. */
function ledgerSubject(system: MessagingSystem): Subject {
  let perSecond = 2_000;
  let events = 0;
  let workOff: () => Promise<void>;
  return {
    async prepare(seconds) {
      events = Math.round(perSecond * seconds);
      workOff = await fillQueue(system, events);
    },
    async run() {
      await workOff();
      return events;
    },
    async finish(count, seconds) {
      perSecond = count / seconds;
    },
  };
}

async function measure(system: MessagingSystem, subject: Subject, forSeconds: number): Promise<Measurement> {
  await subject.prepare?.(forSeconds);
  const before = system.usages();
  const start = performance.now();
  const count = await subject.run(forSeconds);
  const seconds = (performance.now() - start) / 1_000;
  const processorTime = processorTimeOf(before, system.usages(), count);
  await subject.finish?.(count, seconds);
  return { perSecond: count / seconds, count, processorTime };
}
