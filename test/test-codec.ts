import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SealingCodec } from '../platform/payloads/codec.ts';
import { ensureKeyRing, KeyRing } from '../platform/payloads/key-ring.ts';

/** A codec with keys of its own; the file with them goes away with the temporary folder of the tests. */
export function openTestCodec() {
  const folder = mkdtempSync(path.join(tmpdir(), 'codec-'));
  const file = path.join(folder, 'payload-keys.json');
  ensureKeyRing(file);
  const close = () => rmSync(folder, { recursive: true });
  return { file, codec: new SealingCodec(new KeyRing(file, 'PAYLOAD_KEYS_FILE')), close };
}
