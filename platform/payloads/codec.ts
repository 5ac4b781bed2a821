import type { KeyObject } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { KeyRing } from './key-ring.ts';
import { MissingKeyError } from './missing-key.ts';
import { open, seal } from './sealing.ts';

/** Temporal's samples and its Web UI call it so. */
const encrypted = 'binary/encrypted';
const encodingName = 'encoding';
const keyIdName = 'encryption-key-id';

const { Payload: wire } = proto.temporal.api.common.v1;

/** A payload cannot be opened: it was changed on its way, or is no payload that was sealed here. */
export class DamagedPayloadError extends Error {
  override readonly name = 'DamagedPayloadError';
}

/**
 * Seals every payload with its metadata, by AES-256-GCM; the id of the key is all that can be read of it. Payloads that were
 * never sealed are read as they are, so that it can be rolled in; none is written so while there are keys.
 */
export class SealingCodec implements PayloadCodec {
  readonly #keys: KeyRing | undefined;
  readonly #ofKinds: ReadonlyMap<string, KeyRing>;

  /**
   * @param keys without them nothing is sealed, and what is sealed cannot be opened
   * @param ofKinds the key rings of kinds of workflows that have one of their own: a kind is what a workflow id begins with,
   * before the first slash
   */
  constructor(keys: KeyRing | undefined, ofKinds: ReadonlyMap<string, KeyRing> = new Map()) {
    this.#keys = keys;
    this.#ofKinds = ofKinds;
  }

  /** @throws {ConfigurationError} when the keys cannot be read */
  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const keys = this.#ringOf(context);
    if (!keys || payloads.length === 0) return payloads;
    const { id, key } = await keys.current();
    const metadata = { [encodingName]: Buffer.from(encrypted), [keyIdName]: Buffer.from(id) };
    return payloads.map((payload) => ({ metadata, data: seal(key, wire.encode(payload).finish(), aboutKey(id)) }));
  }

  /**
   * @throws {MissingKeyError} that names the key, when there is no such key
   * @throws {DamagedPayloadError} when a payload was changed
   */
  decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => (isSealed(payload) ? this.#open(payload, context) : payload)));
  }

  async #open({ metadata, data }: Payload, context?: SerializationContext): Promise<Payload> {
    const id = textOf(metadata?.[keyIdName]);
    const key = await this.#find(id, context);
    try {
      return wire.decode(open(key, data ?? new Uint8Array(), aboutKey(id)));
    } catch (error) {
      throw new DamagedPayloadError(`a payload that the key ${id} has sealed was changed since`, { cause: error });
    }
  }

  /** The one of the kind, where a workflow is known; absent where none is named for it. */
  #ringOf(context: SerializationContext | undefined): KeyRing | undefined {
    const [kind = ''] = (context?.workflowId ?? '').split('/', 1);
    return this.#ofKinds.get(kind) ?? this.#keys;
  }

  /** What is read is not always known to be of one kind: a list has workflows of all of them. */
  async #find(id: string, context?: SerializationContext): Promise<KeyObject> {
    const misses = new Map<KeyRing | undefined, MissingKeyError>();
    for (const ring of new Set([this.#keys, ...this.#ofKinds.values()])) {
      try {
        if (ring) return await ring.find(id);
        misses.set(ring, isNotNamed(id));
      } catch (error) {
        if (!(error instanceof MissingKeyError)) throw error;
        misses.set(ring, error);
      }
    }
    const missed = context?.workflowId === undefined ? undefined : misses.get(this.#ringOf(context));
    throw missed ?? new MissingKeyError([...misses.values()].map(({ message }) => message).join('; '));
  }
}

const isNotNamed = (id: string) =>
  new MissingKeyError(`this is sealed with the key ${id}: set PAYLOAD_KEYS_FILE to the key ring that has it`);

const isSealed = ({ metadata }: Payload): boolean => textOf(metadata?.[encodingName]) === encrypted;

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

/** What is read beside the sealed bytes is not sealed, but cannot be exchanged. */
const aboutKey = (id: string): string => [encrypted, id].join(' ');
