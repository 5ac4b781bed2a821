import type { z } from 'zod';
import type { Declared, DefectType } from '../../contracts/failures.ts';
import type { Access, Principal } from '../access/principal.ts';

/**
 * One operation of an HTTP service. Its input is one flat object: the names in the path (`/orders/:orderId`) travel in
 * the path, the others in the query of a GET and in the JSON body of anything else.
 */
export interface HttpOperation {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: `/${string}`;
  /** Who may call it. */
  readonly access: Access;
  readonly summary: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** The answer is a stream of server-sent events, and `output` is the data of each. @default one answer */
  readonly streams?: true;
  /** A call and its answer, for the OpenAPI document. */
  readonly example?: { readonly input: Readonly<Record<string, unknown>>; readonly output: unknown };
  /** The failures that are particular to the operation; those of `everyOperation` may always come. */
  readonly failures: readonly Declared[];
}

/** The failures that any operation may be answered with. */
export const everyOperation = [
  'InvalidRequest',
  'Unauthenticated',
  'Forbidden',
  'UriTooLong',
  'HeadersTooLarge',
  'RequestTimeout',
  'Unavailable',
  'DeadlineExceeded',
  'Internal',
] as const satisfies readonly DefectType[];

/** Those of an operation with a body. */
const withBody = ['PayloadTooLarge', 'UnsupportedMediaType'] as const satisfies readonly DefectType[];

/** Every failure that an operation may be answered with. */
export const failuresOf = ({ method, failures }: Pick<HttpOperation, 'method' | 'failures'>): Declared[] => [
  ...new Set([...failures, ...(method === 'GET' ? [] : withBody), ...everyOperation]),
];

/** The one source of a service's validation, typed client and OpenAPI document. */
export interface HttpContract {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly operations: Readonly<Record<string, HttpOperation>>;
}

/** Keeps the literal types of a contract. */
export function defineHttpContract<const Contract extends HttpContract>(contract: Contract): Contract {
  return contract;
}

export type InputOf<Operation extends HttpOperation> = z.input<Operation['input']>;
export type OutputOf<Operation extends HttpOperation> = z.output<Operation['output']>;

/** The media type of server-sent events. */
export const eventStreamType = 'text/event-stream';

/** The header with the time that the caller waits, in milliseconds: relative, so that no two clocks have to agree. */
export const timeoutHeader = 'x-timeout-milliseconds';

/** What a call carries beside its input. */
export interface CallOptions {
  /** Ends the call early, for example when the activity that makes it is cancelled. */
  readonly signal?: AbortSignal | undefined;
  /** Joins the logs of everything that happens for one process. */
  readonly correlationId?: string | undefined;
  /** How long to wait for the answer, in milliseconds, where it is shorter than the client's own timeout. */
  readonly timeoutMilliseconds?: number | undefined;
  /** The token of a person for whom the call is made: it is sent instead of the caller's own. */
  readonly onBehalfOf?: string | undefined;
  /** The last event that was seen of a stream, to go on behind it. */
  readonly lastEventId?: string | undefined;
}

/** The client's side of a contract: one method for each operation. */
export type HttpClient<Contract extends HttpContract> = {
  readonly [Name in keyof Contract['operations']]: (
    input: InputOf<Contract['operations'][Name]>,
    options?: CallOptions,
  ) => Promise<
    Contract['operations'][Name] extends Streaming
      ? AsyncIterable<StreamedEvent<OutputOf<Contract['operations'][Name]>>>
      : OutputOf<Contract['operations'][Name]>
  >;
};

/** What a handler is told beside its input. A handler that makes calls hands it on to them. */
export interface CallContext {
  /** Who calls; `undefined` where everyone may, and the caller has not said who it is. */
  readonly principal: Principal | undefined;
  /** The token that they have sent, for calls on their behalf; over HTTP only. */
  readonly token?: string | undefined;
  /** The last event of a stream that a caller has seen, who was cut off and has come back. */
  readonly lastEventId?: string | undefined;
  readonly correlationId: string | undefined;
  /** How long the caller waited at most when the call came in, in milliseconds; `undefined` when it did not say. */
  readonly timeoutMilliseconds: number | undefined;
  /** Aborted when that time is over or the caller has gone away. */
  readonly signal: AbortSignal;
}

/** The server's side of a contract: one function for each operation. */
export type HttpHandlers<Contract extends HttpContract> = {
  readonly [Name in keyof Contract['operations']]: (
    input: z.output<Contract['operations'][Name]['input']>,
    context: CallContext,
  ) => Promise<
    Contract['operations'][Name] extends Streaming
      ? EventSource<z.input<Contract['operations'][Name]['output']>>
      : z.input<Contract['operations'][Name]['output']>
  >;
};

type Streaming = { readonly streams: true };

/** One event of a stream. */
export interface StreamedEvent<Data = unknown> {
  /** What a caller that comes back sends as `Last-Event-ID`. */
  readonly id: string;
  /** What kind of event it is. */
  readonly event: string;
  readonly data: Data;
}

/** Where a handler's events come from; they end when the signal is aborted. */
export type EventSource<Data = unknown> = (signal: AbortSignal) => AsyncIterable<StreamedEvent<Data>>;

/** `/orders/:orderId` has the parameter `orderId`. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] ?? '');
}
