import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { PersonRole } from '../../contracts/access.ts';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import type { ApprovalRound, AskingKind } from './approval-round.ts';
import type { ApprovalStatus } from './approvals-contract.ts';
import { failure } from './failure.ts';
import type { Operator } from './operator.ts';

/** Those who may decide are told of what waits for them. */
export interface Asking {
  readonly kind: AskingKind;
  /** Days from the request: 0 with it. */
  readonly day: number;
  readonly status: ApprovalStatus;
}

/** What has become of an asking. */
export interface Asked {
  /** The missing roles that no person may decide for. @default none */
  readonly vacant?: readonly PersonRole[];
}

/** Who tells them, and who looks after it. */
interface AskingHost {
  readonly operator: Operator;
  readonly ask: (asking: Asking) => Promise<Asked>;
}

/**
 * Tells those who may decide about one version, one time after the other. A role that no person may decide for needs an operator,
 * until one holds it or an operator says that it is seen to; the others are told, and reminded, all the same.
 */
export class Askings {
  readonly #scope = new CancellationScope();
  readonly #round: ApprovalRound;
  readonly #host: AskingHost;
  #asked = Promise.resolve();
  #filled: Promise<void> | undefined;

  constructor(round: ApprovalRound, host: AskingHost) {
    this.#round = round;
    this.#host = host;
  }

  ask(kind: AskingKind, day: number): void {
    const before = this.#asked;
    const tell = () => this.#tell(kind, day);
    this.#asked = this.#untilEnd(async () => {
      await before;
      const { vacant = [] } = await this.#host.operator.untilDone('ask for approvals', tell);
      if (vacant.length > 0) this.#filled ??= this.#untilEnd(() => this.#fill(vacant, tell));
    });
  }

  /** It does not matter any more. */
  async end(): Promise<void> {
    this.#scope.cancel();
    await this.#asked;
    await this.#filled;
  }

  #tell(kind: AskingKind, day: number): Promise<Asked> {
    return this.#host.ask({ kind, day, status: this.#round.status() });
  }

  async #fill(vacant: readonly PersonRole[], tell: () => Promise<Asked>): Promise<void> {
    let missing = this.#round.missing.length;
    const look = async () => {
      missing = this.#round.missing.length;
      const found = await tell();
      if (found.vacant?.length) throw vacancy(found.vacant);
    };
    // A decision may be that of the person who was looked for.
    const wake = () => this.#round.missing.length < missing;
    await this.#host.operator.untilResolved('find a person who may decide', look, { failed: vacancy(vacant), wake });
  }

  async #untilEnd(run: () => Promise<void>): Promise<void> {
    try {
      await this.#scope.run(run);
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }
}

const vacancy = (roles: readonly PersonRole[]) =>
  failure(
    approvalRefusals.ApprovalMissing,
    `no person on the staff may decide as ${roles.join(' or ')}: import one, or delegate the role`,
  );
