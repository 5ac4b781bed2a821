import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type FailureDetail, type FailureType, ServiceFailure } from '../../contracts/failures.ts';
import type { CheckoutEnvironment } from '../workflows/environment.ts';
import type { ServiceCall } from './workers.ts';

/** What the workers ask. */
export interface Question {
  readonly id: number;
  readonly call: ServiceCall;
}

/** What they are told. */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: {
    readonly name: string;
    readonly message: string;
    readonly type?: FailureType;
    readonly detail?: FailureDetail;
  };
}

/** The workers of an environment in a process of their own. */
export class OtherProcess {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  static async start(environment: CheckoutEnvironment): Promise<OtherProcess> {
    const child = fork(fileURLToPath(new URL('worker-process.ts', import.meta.url)), {
      env: { ...process.env, TEMPORAL_ADDRESS: environment.address },
      // None of the flags of a test runner.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ready = once(child, 'message');
    child.on('message', (message: Question | 'ready') => {
      if (message === 'ready') return;
      const { id, call } = message;
      environment.answer(call).then(
        (result) => send(child, { id, result }),
        (error: Error) => {
          const { name, message: text } = error;
          const known = error instanceof ServiceFailure ? { type: error.type, detail: error.detail } : {};
          send(child, { id, failure: { name, message: text, ...known } });
        },
      );
    });
    await ready;
    return new OtherProcess(child);
  }

  /** Kills it (SIGKILL), in the middle of whatever it does. */
  async kill(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}

function send(child: ChildProcess, answer: Answer): void {
  if (child.connected) child.send(answer);
}
