import type { ProcessIdentity } from './process-identity.ts';
import type { Report } from './report.ts';
import type { StopOrder } from './stop-process.ts';

/** The parts that can be started. */
export type PartName = 'temporal' | 'rabbitmq' | 'postgres';

/** What people call each part. */
export const titles: Record<PartName, string> = { temporal: 'Temporal', rabbitmq: 'RabbitMQ', postgres: 'PostgreSQL' };

/** How a process of a part is started. */
export type ProcessOrder = {
  command: string;
  parameters: readonly string[];
  /** All that it sees; `programEnvironment` makes one. */
  environment: NodeJS.ProcessEnv;
  /** The working directory. */
  directory: string;
  /** The name of its log in the folder of logs, without the extension. */
  log: string;
  user?: { uid: number; gid: number };
  stop: StopOrder;
};

/** A process that was started. */
export type StartedProcess = {
  identity: ProcessIdentity;
  /** The path of its log. */
  log: string;
  stop: StopOrder;
  /** Becomes `exit code 1` or `SIGKILL` when it has ended. */
  ended: Promise<string>;
  /** The same as soon as it is known. */
  end: () => string | undefined;
};

/** The files by which a part speaks TLS, in PEM. */
export type TlsFiles = {
  readonly cert: string;
  readonly key: string;
  /** The certificate of the authority that clients believe. */
  readonly authority: string;
};

/** What a part is given to start with. */
export type PartContext = {
  /** The stack's folder. */
  dataDirectory: string;
  /** The port for a purpose of this part, e.g. `frontend`. */
  port: (purpose: string) => number;
  report: Report;
  /** With it, a part that can speaks TLS and nothing else: RabbitMQ, PostgreSQL. */
  tls?: TlsFiles | undefined;
  /** Starts a process that does not outlive the stack. */
  startProcess: (order: ProcessOrder) => StartedProcess;
};

/** A part that is made ready to start and can then be started as often as needed, on the same ports and data. */
export type Part = {
  /** Starts the process without waiting until it serves. */
  launch: () => Promise<StartedProcess>;
  /** Whether it serves now. */
  ready: () => Promise<boolean>;
  /** Milliseconds it may take until it serves. */
  readyWithin: number;
  /** What it leaves for later stops, such as a name server of its own. */
  companions?: () => StartedProcess[];
};
