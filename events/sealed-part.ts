import type { Envelope } from '../messaging/envelope/envelope.ts';
import type { SealedTexts } from '../platform/payloads/sealed-texts.ts';

/**
 * What of an event is sealed, opened; `undefined` where nothing is. It was sealed about the subject of the event, so that it
 * cannot be put into another one.
 *
 * @throws {MissingKeyError} without its key
 * @throws {DamagedTextError} when it was changed, or is of another event
 */
export async function sealedPartOf(sealedTexts: SealedTexts, { data, subject }: Envelope): Promise<unknown> {
  const { sealed } = Object(data) as { readonly sealed?: unknown };
  return typeof sealed === 'string' ? sealedTexts.open(sealed, subject) : undefined;
}
