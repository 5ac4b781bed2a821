import { ServiceFailure } from '../../contracts/failures.ts';
import type { HttpOperation, StreamedEvent } from './contract.ts';
import { fromAnswer } from './problem.ts';

/**
 * The events of an answer, as they come.
 *
 * @throws {ServiceFailure} as the event `problem` tells; `Unavailable` when the connection breaks; `Internal` for what the
 *   contract does not know
 */
export async function* receiveEvents(
  service: string,
  { output, failures, path }: HttpOperation,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamedEvent> {
  for await (const { id, event, data } of readFrames(service, body)) {
    if (event === 'problem') {
      const problem = JSON.parse(data) as { readonly status: number };
      throw fromAnswer(service, { status: problem.status, body: problem, retryAfter: undefined }, failures);
    }
    const read = output.safeParse(JSON.parse(data));
    if (!read.success) {
      const message = `${service} answered ${path} in a form that its contract does not know`;
      throw new ServiceFailure('Internal', message, {}, { cause: read.error });
    }
    yield { id, event, data: read.data };
  }
}

/** The frames of a stream, as they stand there (WHATWG, 9.2.6); one without data is none. */
async function* readFrames(service: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedEvent<string>> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const fields = new Map(frame.split('\n').map((line) => fieldOf(line)));
        const data = fields.get('data');
        if (data !== undefined) yield { id: fields.get('id') ?? '', event: fields.get('event') ?? 'message', data };
      }
    }
  } catch (error) {
    if (error instanceof ServiceFailure) throw error;
    throw new ServiceFailure('Unavailable', `the connection to ${service} broke off`, {}, { cause: error });
  }
}

function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
