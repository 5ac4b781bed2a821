import { formatMoney } from '../../../contracts/currency.ts';
import type { EventData } from '../../../events/contracts/index.ts';
import { oneLine, sentenceOf } from '../../../platform/documents/typed-text.ts';
import { defineLetter } from '../letter.ts';
import { letterTo } from '../letter-text.ts';

const longestName = 100;
const longestReason = 300;

type Order = Pick<EventData<'POClosed'>, 'poId' | 'number' | 'vendorName' | 'currency' | 'total'>;

const aboutOrder = ({ poId }: Order) => ({ kind: 'purchase-order', id: poId });

/** `the order PO-000017 of 60,000.00 EUR from Steel & Sons` */
function described({ number, vendorName, currency, total }: Order): string {
  const vendor = oneLine(vendorName, longestName);
  return `the order ${number} of ${formatMoney(total, currency)}${vendor ? ` from ${vendor}` : ''}`;
}

/** That an order, or another version of it, has come and waits for its approvals. */
const orderSubmitted = defineLetter({
  event: 'POSubmitted',
  template: 'purchase-order-submitted',
  write({ data }, { name: employer }) {
    const { number, version, requester, required } = data;
    return {
      about: aboutOrder(data),
      recipient: requester,
      subject: version === 1 ? `${number} is submitted` : `${number} is submitted again, as version ${version}`,
      text: letterTo(
        requester,
        `What you have asked for is submitted: ${described(data)}.`,
        `It waits for the approval of ${required.join(' and ')}, each by a person of its own.`,
        employer,
      ),
    };
  },
});

const opening = {
  reminder: 'is still waiting for your approval',
  escalation: 'is waiting for an approval, and those who should decide have not: you may decide for them',
} as const;

/** That an order waits for an approval: at once, each day that it still does, and to superiors in the end. */
const approvalRequest = defineLetter({
  event: 'POApprovalDue',
  template: 'purchase-order-approval',
  write({ data }, { name: employer }) {
    const { number, version, requesterName, kind, approver } = data;
    const requester = oneLine(requesterName, longestName);
    const [first = '', ...rest] = described(data);
    return {
      about: aboutOrder(data),
      recipient: approver,
      subject: `Please approve: ${number}`,
      text: letterTo(
        approver,
        `${first.toUpperCase()}${rest.join('')} ${opening[kind as keyof typeof opening] ?? 'is waiting for your approval'}.`,
        ...(requester ? [`${requester} has asked for it.`] : []),
        `You may decide as ${approver.roles.join(' or ')}. Look at it where you sign in, and approve or reject version ${version} of it.`,
        employer,
      ),
    };
  },
});

const orderApproved = defineLetter({
  event: 'POApproved',
  template: 'purchase-order-approved',
  write({ data }, { name: employer }) {
    return {
      about: aboutOrder(data),
      recipient: data.requester,
      subject: `${data.number} is approved`,
      text: letterTo(
        data.requester,
        `What you have asked for is approved: ${described(data)}.`,
        'It can be ordered from the vendor now.',
        employer,
      ),
    };
  },
});

const endings = {
  rejected: 'was rejected',
  withdrawn: 'was withdrawn',
  expired: 'was not approved in time',
  refused: 'was refused',
} as const;

const orderRefused = defineLetter({
  event: 'PORefused',
  template: 'purchase-order-refused',
  write({ data }, { name: employer }) {
    const { number, requester, outcome } = data;
    const ending = endings[outcome as keyof typeof endings] ?? 'could not be approved';
    const why = sentenceOf(data.reason, longestReason);
    return {
      about: aboutOrder(data),
      recipient: requester,
      subject: `${number} ${ending}`,
      text: letterTo(
        requester,
        `What you have asked for ${ending}: ${described(data)}.`,
        ...(why ? [`The reason: ${why}`] : []),
        employer,
      ),
    };
  },
});

export const purchasingLetters = [orderSubmitted, approvalRequest, orderApproved, orderRefused] as const;
