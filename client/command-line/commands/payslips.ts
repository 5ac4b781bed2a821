import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { payrollOperations } from '../../../api/payroll-contract.ts';
import { formatMoney } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import type { Act } from '../act.ts';
import { describeDecision } from '../describe-process.ts';
import { details } from '../details.ts';
import { writeOwnFile } from '../own-file.ts';
import { readTypedAmount } from '../typed-amount.ts';

const { correctPayslip, findPayslip, recordSalaryReturn, approveCorrection } = payrollOperations;

/** `payroll payslip`, `return`, `correct` and what approves a correction. */
export function addPayslipCommands(payroll: Command, act: Act): void {
  payroll
    .command('payslip')
    .description('one payslip: your own, or any for who does the payroll')
    .argument('<payslip>')
    .option('--pdf <file>', 'write it as a PDF instead, once it is posted; only you may read the file')
    .action(
      act(async (session, payslipId: string, { pdf }: { readonly pdf?: string }) => {
        const { payroll: salaries } = await session.door();
        if (pdf) {
          const { content, ...document } = await salaries.readPayslipDocument(parse(findPayslip.input, { payslipId }));
          writeOwnFile(pdf, Buffer.from(content, 'base64'));
          return { document: { ...document, file: pdf }, text: `${payslipId} is in ${pdf}` };
        }
        const document = await salaries.findPayslip(parse(findPayslip.input, { payslipId }));
        const { currency, earnings, deductions, gross, net, carried, payable } = document;
        const money = (amount: number) => formatMoney(amount, currency);
        const text = details([
          ['Employee', `${document.name} (${document.employeeId})`],
          ['Month', `${document.groupId}/${document.period}`],
          ['State', document.state],
          ...earnings.map(({ name, amount }) => [name, money(amount)] as const),
          ['Gross', money(gross)],
          ...deductions.map(({ name, amount }) => [name, `-${money(amount)}`] as const),
          ['Net', money(net)],
          ['Carried over', carried === 0 ? undefined : money(carried)],
          ['Paid out', money(payable)],
          ['Pay day', document.payDay],
        ]);
        return { document, text };
      }),
    );
  payroll
    .command('return')
    .description('record that the bank has sent back what was paid: the next run pays it')
    .argument('<payslip>')
    .requiredOption('--reference <text>', "the bank's reference")
    .requiredOption('--reason <text>', 'what the bank says')
    .action(
      act(async (session, payslipId: string, flags: { readonly reference: string; readonly reason: string }) => {
        const input = { payslipId, bankReference: flags.reference, reason: flags.reason };
        const { payroll: salaries } = await session.door();
        const document = await salaries.recordSalaryReturn(parse(recordSalaryReturn.input, input));
        return { document, text: `${payslipId} is owed again` };
      }),
    );
  payroll
    .command('correct')
    .description('have a posted payslip corrected to another salary: it takes two approvals')
    .argument('<payslip>')
    .requiredOption('--salary <amount>', 'what the month should have earned')
    .requiredOption('--reason <text>', 'why')
    .option('--id <correction>', 'the id of the correction; the same again is the same correction')
    .action(
      act(async (session, payslipId: string, flags: { salary: string; reason: string; id?: string }) => {
        const { payroll: salaries } = await session.door();
        const { currency } = await salaries.findPayslip(parse(findPayslip.input, { payslipId }));
        const earnings = [{ name: 'Salary', amount: readTypedAmount(flags.salary, currency, 'salary') }];
        const draft = { correctionId: flags.id ?? randomUUID(), payslipId, earnings, reason: flags.reason };
        const document = await salaries.correctPayslip(parse(correctPayslip.input, draft));
        const text = details([
          ['Correction', document.correctionId],
          ['Version', document.contentHash],
        ]);
        return { document, text };
      }),
    );
  for (const verb of ['approve', 'reject'] as const) {
    payroll
      .command(`${verb}-correction`)
      .description(`${verb} the correction that has this version`)
      .argument('<correction>')
      .requiredOption('--version <hash>', 'what was looked at')
      .requiredOption('--note <text>', 'why')
      .action(
        act(async (session, id: string, flags: { readonly version: string; readonly note: string }) => {
          const { payroll: salaries } = await session.door();
          const vote = parse(approveCorrection.input, { correctionId: id, ...flags });
          if (verb === 'reject') {
            const document = await salaries.rejectCorrection(vote);
            return { document, text: describeDecision(document) };
          }
          const document = await salaries.approveCorrection(vote);
          return { document, text: details([['Missing', document.missing.join(', ') || 'nothing: it is posted']]) };
        }),
      );
  }
}
