import { fileURLToPath } from 'node:url';
import { KeyRing } from '../platform/payloads/key-ring.ts';
import { SealedTexts } from '../platform/payloads/sealed-texts.ts';

const file = fileURLToPath(new URL('data/example-event-keys.json', import.meta.url));

/** What the examples of events in the documentation are sealed with: no secret, and no key of any system. */
export const exampleSealedTexts = (): SealedTexts => new SealedTexts(new KeyRing(file, 'EVENT_KEYS_FILE'));
