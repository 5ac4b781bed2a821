import type { Approval } from '../../../contracts/approvals.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { Correction, payrollContract } from '../../../services/payroll/contract.ts';
import { requireApprovals } from '../../../services/payroll/posting.ts';

type Operations = typeof payrollContract.operations;

/** Corrections of payslips in memory. */
export class FakeCorrections {
  readonly corrections = new Map<string, { correction: Correction; postings: number }>();
  /** Whether a correction has changed behind the back of its workflow when it is posted. */
  isCorrectionOutdated = false;

  /** A person has prepared it before its workflow begins. */
  prepareCorrection(correctionId: string): void {
    const correction = {
      ...{ correctionId, payslipId: '2026-02-e-1', groupId: 'staff', period: '2026-02', state: 'prepared' },
      ...{ authors: ['paul'], contentHash: `hash-of-${correctionId}` },
    } as Correction;
    this.corrections.set(correctionId, { correction, postings: 0 });
  }

  findCorrection({ correctionId }: { readonly correctionId: string }): Correction {
    return this.#find(correctionId).correction;
  }

  cancelCorrection({ correctionId }: { readonly correctionId: string }) {
    const row = this.#find(correctionId);
    if (row.correction.state === 'posted') throw new ServiceFailure('InvalidState', 'it is posted');
    row.correction = { ...row.correction, state: 'cancelled' };
    return { wasPrepared: true };
  }

  postCorrection({ correctionId, contentHash, approvals }: InputOf<Operations['postCorrection']>): Correction {
    const row = this.#find(correctionId);
    if (this.isCorrectionOutdated) row.correction = { ...row.correction, contentHash: 'changed' };
    requireApprovals(row.correction, contentHash, approvals as Approval[]);
    if (row.correction.state === 'cancelled') throw new ServiceFailure('InvalidState', 'it was given up');
    if (row.correction.state === 'prepared') {
      row.correction = { ...row.correction, state: 'posted', replacedBy: 'replacement' as never };
      row.postings += 1;
    }
    return row.correction;
  }

  #find(correctionId: string) {
    const row = this.corrections.get(correctionId);
    if (!row) throw new ServiceFailure('NotFound', `there is no correction ${correctionId}`);
    return row;
  }
}
