import type { Command } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import { mailSinkContract } from '../../../doubles/mail-sink/contract.ts';
import { table } from '../../../platform/table.ts';
import type { Act } from '../act.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';

interface Flags {
  readonly checkout?: string;
  readonly to?: string;
  readonly limit: number;
}

export function addMailCommand(program: Command, act: Act): void {
  repeatable(program.command('mail'))
    .description('the mails that were sent, newest first; --json has their texts')
    .option('--checkout <id>', 'only those about this checkout')
    .option('--to <address>', 'only those to this address')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 20)
    .action(
      act(async (session, { checkout, to, limit }: Flags) => {
        const input = parse(mailSinkContract.operations.listMails.input, { checkoutId: checkout, to, limit });
        const document = await session.services().mailSink.listMails(input);
        const text = table(
          ['received', 'to', 'subject', 'checkout', 'copies', 'attachments'],
          document.mails.map(({ receivedAt, to, subject, checkoutId, copies, attachments }) => [
            receivedAt,
            to.join(', '),
            subject,
            checkoutId ?? '',
            copies,
            attachments.map(({ name }) => name).join(', '),
          ]),
        );
        return { document, text };
      }),
    );
}
