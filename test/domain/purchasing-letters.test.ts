import { describe, expect, test } from '@jest/globals';
import { integrationEvents } from '../../events/contracts/index.ts';
import { readJsonFiles } from '../../ops/documents/events-folder.ts';
import type { WrittenLetter } from '../../services/notification/letter.ts';
import { purchasingLetters } from '../../services/notification/letters/purchasing.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';

const seller = readSeller(sellerVariables);
const examples = readJsonFiles('examples');

/** The letter that answers the example of an event. */
function written(name: (typeof purchasingLetters)[number]['event'], changes: object = {}): WrittenLetter {
  const letter = purchasingLetters.find(({ event }) => event === name);
  const { data } = examples.get(integrationEvents[name].type) ?? {};
  return letter?.write({ data: { ...Object(data), ...changes } } as never, seller) as WrittenLetter;
}

const asked = (kind: string, changes: object = {}) => written('POApprovalDue', { kind, ...changes });

describe('a letter about a purchase order', () => {
  test('asks those for an approval who may decide, with what it is and who has asked for it', () => {
    const { about, recipient, subject, text } = asked('request');
    expect({ about, subject }).toEqual({
      ...{ about: { kind: 'purchase-order', id: 'po-2026-0017' }, subject: 'Please approve: PO-000017' },
    });
    expect(recipient).toMatchObject({ name: 'Mary Manager', email: 'mary@example.org' });
    expect(text).toBe(
      [
        'Hello Mary Manager,',
        'The order PO-000017 of 60,000.00 EUR from Steel & Sons is waiting for your approval.',
        'Rita Requester has asked for it.',
        'You may decide as manager. Look at it where you sign in, and approve or reject version 1 of it.',
        'Harbour Goods GmbH\n',
      ].join('\n\n'),
    );
  });

  test('reminds of one that still waits, and tells superiors that they may decide', () => {
    expect(asked('reminder').text).toContain('from Steel & Sons is still waiting for your approval.\n');
    expect(asked('escalation').text).toContain('those who should decide have not: you may decide for them.\n');
    // What is asked for in a way that comes later is asked for.
    expect(asked('other').text).toContain('is waiting for your approval.\n');
  });

  test('tells the requester that it is submitted, and whose approval it takes', () => {
    const { recipient, subject, text } = written('POSubmitted');
    expect(recipient).toMatchObject({ name: 'Rita Requester', email: 'rita@example.org' });
    expect(subject).toBe('PO-000017 is submitted');
    expect(text).toContain('is submitted: the order PO-000017 of 60,000.00 EUR from Steel & Sons.\n');
    expect(text).toContain('It waits for the approval of manager and cfo,');
    expect(written('POSubmitted', { version: 2 }).subject).toBe('PO-000017 is submitted again, as version 2');
  });

  test('tells the requester that it is approved', () => {
    const { recipient, subject, text } = written('POApproved');
    expect(recipient).toMatchObject({ name: 'Rita Requester', email: 'rita@example.org' });
    expect(subject).toBe('PO-000017 is approved');
    expect(text).toContain('is approved: the order PO-000017 of 60,000.00 EUR from Steel & Sons.\n');
  });

  test.each([
    ['rejected', 'was rejected'],
    ['withdrawn', 'was withdrawn'],
    ['expired', 'was not approved in time'],
    ['refused', 'was refused'],
    ['failed', 'could not be approved'],
  ])('tells the requester that it was %s, and why', (outcome, said) => {
    const { subject, text } = written('PORefused', { outcome });
    expect(subject).toBe(`PO-000017 ${said}`);
    expect(text).toContain(`What you have asked for ${said}: the order PO-000017`);
    expect(text).toContain('\n\nThe reason: Too dear: ask for another offer.\n');
  });

  test('has one line of what people have typed, and leaves out what says nothing', () => {
    const { subject, text } = written('PORefused', { reason: '...', vendorName: 'Steel\n& Sons\u202e' });
    expect(`${subject}${text}`).not.toMatch(/The reason|\u202e/);
    expect(text).toContain('from Steel & Sons.\n');
    expect(asked('request', { requesterName: ' ' }).text).not.toContain('has asked for it');
  });
});
