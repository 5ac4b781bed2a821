import type { Connection } from '@temporalio/client';

/** A payload as Temporal keeps it, and where it stands. */
export interface RawPayload {
  /** `workflowExecutionStartedEventAttributes.input.payloads` */
  readonly place: string;
  readonly encoding: string;
  readonly text: string;
}

/** Every payload of a history, as Temporal keeps it. */
export async function rawPayloads(
  { workflowService }: Connection,
  namespace: string,
  workflowId: string,
): Promise<RawPayload[]> {
  const found: RawPayload[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId },
      ...(nextPageToken && { nextPageToken }),
    });
    for (const event of page.history?.events ?? []) found.push(...payloadsIn(event));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
  return found;
}

/** Every payload in an answer of Temporal. */
export function payloadsIn(value: unknown, place: readonly string[] = []): RawPayload[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  const { metadata, data } = value as { metadata?: Record<string, Uint8Array>; data?: Uint8Array };
  if (metadata?.['encoding']) {
    const [encoding, text] = [metadata['encoding'], data ?? []].map((bytes) => Buffer.from(bytes).toString());
    return [{ place: place.join('.'), encoding: encoding ?? '', text: text ?? '' }];
  }
  return Object.entries(value).flatMap(([name, part]) =>
    payloadsIn(part, Array.isArray(value) ? place : [...place, name]),
  );
}
