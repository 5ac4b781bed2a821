import { defineLetter } from '../letter.ts';
import { letterTo } from '../letter-text.ts';

/** What the month has come to, for the manager of the community. */
const summary = defineLetter({
  event: 'MonthlyInvoicingCompleted',
  template: 'monthly-invoicing-completed',
  write({ data }) {
    const { communityId, period, manager, created, existing, nothingToCharge, held, failed, total } = data;
    const rows = [
      ['invoices issued', created],
      ['of them on hold', held],
      ['invoiced before', existing],
      ['nothing to charge', nothingToCharge],
      ['failed', failed],
      ['residents', total],
    ] as const;
    return {
      about: { kind: 'community', id: communityId },
      recipient: manager,
      subject: `The invoices of ${communityId} for ${period}`,
      text: letterTo(
        manager,
        `The residents of ${communityId} are invoiced for ${period}.`,
        rows.map(([name, count]) => `${name.padEnd(20)}${String(count).padStart(8)}`).join('\n'),
        ...(held > 0
          ? [`${held} invoices are on hold, as their customers are banned: they are mailed when the ban is lifted.`]
          : []),
        ...(failed > 0
          ? [`${failed} could not be invoiced; once the reasons are remedied, the next run issues their invoices.`]
          : []),
      ),
    };
  },
});

export const monthlyInvoicingLetters = [summary] as const;
