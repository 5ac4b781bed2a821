import { payslipRecipientSchema } from '../../../contracts/sealed-salaries.ts';
import { defineLetter } from '../letter.ts';
import { letterTo } from '../letter-text.ts';

/** That there is a payslip, and where: it says no amount, and the payslip itself is for who signs in. */
const payslipLetter = defineLetter({
  event: 'SendPayslip',
  template: 'payslip',
  write({ data: { payslipId, period, corrects } }, { name: employer }, { opened, payslipPage } = {}) {
    const recipient = payslipRecipientSchema.parse(opened);
    const about = corrects ? `Your corrected payslip of ${period}` : `Your payslip of ${period}`;
    return {
      about: { kind: 'payslip', id: payslipId },
      recipient,
      subject: about,
      text: letterTo(
        recipient,
        ...(corrects
          ? [`Your payslip of ${period} was corrected; this one takes its place.`]
          : [`Your payslip of ${period} is there.`]),
        payslipPage
          ? `It is for you alone, so sign in to read it:\n${payslipPage}/${payslipId}`
          : `It is for you alone: ask for ${payslipId} where you sign in.`,
        employer,
      ),
    };
  },
});

const opening = {
  reminder: 'A payroll is still waiting for your approval.',
  escalation: 'A payroll is waiting for an approval, and those who should decide have not: you may decide for them.',
} as const;

/** That something is to be approved; what it comes to stands where they sign in. */
const approvalLetter = defineLetter({
  event: 'SendPayrollApprovalRequest',
  template: 'payroll-approval',
  write({ data: { processId, version, kind, role } }, { name: employer }, { opened } = {}) {
    const recipient = payslipRecipientSchema.parse(opened);
    const [ofKind = '', ...rest] = processId.split('/');
    return {
      about: { kind: ofKind, id: rest.join('.') },
      recipient,
      subject: `Please approve: ${processId}`,
      text: letterTo(
        recipient,
        opening[kind as keyof typeof opening] ?? 'A payroll is waiting for your approval.',
        `It is ${processId}, and you may decide as ${role}. Look at it where you sign in, and approve this version of it:\n${version}`,
        employer,
      ),
    };
  },
});

export const payrollLetters = [payslipLetter, approvalLetter] as const;
