import type { CheckoutId, OrderId } from '../../contracts/identifiers.ts';
import type { EventData, EventName } from '../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import type { Seller } from './seller.ts';

/** A letter as it is written for one event. */
export interface WrittenLetter {
  /** What the mail belongs to. */
  readonly about: EventData<'NotificationSent'>['subject'];
  /** The order whose history tells of the mail, if there is one. */
  readonly order?: { readonly checkoutId: CheckoutId; readonly orderId: OrderId };
  readonly recipient: { readonly name: string; readonly email: string };
  /** One line. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  readonly attachments?: readonly Attachment[];
}

/** A file that comes with a letter. */
export interface Attachment {
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  /** Makes it, the same for the same event; called once the letter is sent. */
  content(): Promise<Buffer>;
}

/** What a letter is written from beside its event. */
export interface Beside {
  /** What of the event is sealed, opened. */
  readonly opened?: unknown;
  /** The page that payslips are read on; the id of one follows it. */
  readonly payslipPage?: string | undefined;
}

/** A letter that an event owes. */
export interface Letter<Name extends EventName = EventName> {
  readonly event: Name;
  /** Lower-case words with hyphens; letters of several events may share it. */
  readonly template: string;
  /** @returns `undefined` when this one event owes no mail */
  write(event: IntegrationEvent<Name>, seller: Seller, beside?: Beside): WrittenLetter | undefined;
}

/** Defines a letter: the event that it names decides what `write` can read. */
export const defineLetter = <const Name extends EventName>(letter: Letter<Name>): Letter<Name> => letter;
