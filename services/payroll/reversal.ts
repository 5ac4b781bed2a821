import { sql, type Transaction } from 'kysely';
import type { PayslipId } from '../../contracts/identifiers.ts';
import type { SalaryTotals } from '../../contracts/sealed-salaries.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import type { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import type { CorrectionRow } from './correction-row.ts';
import { monthSubject, payslipCommand } from './posting.ts';

/** Tells the books of both payslips, and the employee of the new one. */
export async function announceReversal(
  transaction: Transaction<unknown>,
  sealedTexts: SealedTexts,
  correction: CorrectionRow,
): Promise<void> {
  const { correctionId, payslipId, groupId, period, currency } = correction;
  const replacedBy = correction.replacedBy as PayslipId;
  const { rows } = await sql<
    SalaryTotals & { readonly payslipId: PayslipId; readonly name: string; readonly email: string }
  >`
    select payslip_id as "payslipId", gross, withheld, net, employee_name as name, email
    from payslips join employees using (employee_id) where payslip_id in (${payslipId}, ${replacedBy})
  `.execute(transaction);
  const totalsOf = (id: PayslipId): SalaryTotals => {
    const { gross = 0, withheld = 0, net = 0 } = rows.find((row) => row.payslipId === id) ?? {};
    return { gross, withheld, net };
  };
  const [origin, subject, time] = [
    `payroll-correction/${correctionId}`,
    monthSubject(correction),
    new Date().toISOString(),
  ];
  const sealed = await sealedTexts.seal({ reversed: totalsOf(payslipId), replacement: totalsOf(replacedBy) }, subject);
  const reversed = createEvent({
    ...{ name: 'SalaryReversed', origin, sequence: 1, subject, time },
    ...{ correlationId: correctionId, causationId: origin },
    data: { correctionId, payslipId, replacedBy, groupId, period, currency, sealed },
  });
  const recipient = rows.find((row) => row.payslipId === replacedBy) as (typeof rows)[number];
  const command = await payslipCommand(sealedTexts, recipient, { period, time, corrects: payslipId });
  await appendAllToOutbox(transaction, [reversed, command]);
}
