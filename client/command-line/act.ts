import type { Answer } from './answer.ts';
import type { Session } from './session.ts';

/** Makes the action of a command from a function that answers. */
export type Act = <Parameters extends unknown[]>(
  command: (session: Session, ...parameters: Parameters) => Promise<Answer>,
) => (...parameters: Parameters) => Promise<void>;
