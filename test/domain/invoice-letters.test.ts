import { describe, expect, test } from '@jest/globals';
import { integrationEvents } from '../../events/contracts/index.ts';
import { readJsonFiles } from '../../ops/documents/events-folder.ts';
import type { WrittenLetter } from '../../services/notification/letter.ts';
import { commandedLetters, letters } from '../../services/notification/letters/index.ts';

const examples = readJsonFiles('examples');

/** The letter that answers the example of a message. */
function written(type: string, changes: object): WrittenLetter | undefined {
  const letter = [...letters, ...commandedLetters].find(({ event }) => integrationEvents[event].type === type);
  return letter?.write({ data: { ...Object(examples.get(type)?.['data']), ...changes } } as never);
}

describe('the mail of an invoice', () => {
  const text = (open?: number) => written('notification.send-invoice-email.v1', { open })?.text;

  test('asks for all of it', () => {
    expect(text()).toContain('\n\nPlease pay 108.00 EUR by 2026-03-02, and name INV-000017 with your payment.\n');
  });

  test('says what credit has paid, and asks for the rest', () => {
    expect(text(6_600)).toContain(
      '\n\n42.00 EUR are settled already. Please pay the other 66.00 EUR by 2026-03-02, and name INV-000017 with your payment.\n',
    );
  });

  test('asks for nothing when nothing is left to pay', () => {
    expect(text(0)).toContain('\n\nIt is settled already: you have nothing to pay.\n');
    expect(text(0)).not.toContain('Please pay');
  });
});
