import type { JsonObject } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  type FailureDetail,
  type FailureType,
  failures,
  isFailureType,
  passingFailure,
  ServiceFailure,
} from '../../contracts/failures.ts';
import { FailureSchema } from './generated/failure_pb.ts';

/** A failure as a gRPC error; everything that it carries is in the error's detail. */
export function toConnectError({ type, message, detail }: ServiceFailure): ConnectError {
  const { field, retryAfterMilliseconds, facts } = detail;
  const value = {
    type,
    message,
    ...(field !== undefined && { field }),
    ...(retryAfterMilliseconds !== undefined && { retryAfterMilliseconds }),
    ...(facts !== undefined && { facts: facts as JsonObject }),
  };
  return new ConnectError(message, codeOf(failures[type].grpcCode), undefined, [{ desc: FailureSchema, value }]);
}

/** An error that a call ended with as a failure; one that no service of ours has sent is told by its code alone. */
export function fromConnectError(service: string, url: string, error: unknown): ServiceFailure {
  const connectError = ConnectError.from(error);
  const sent = connectError.findDetails(FailureSchema)[0];
  if (sent && isFailureType(sent.type)) {
    const { field, retryAfterMilliseconds, facts } = sent;
    return new ServiceFailure(sent.type, sent.message, {
      field,
      retryAfterMilliseconds,
      facts: facts as FailureDetail['facts'],
    });
  }
  const type = isBrokenConnection(connectError) ? 'Unavailable' : typeOfCode(connectError.code);
  return new ServiceFailure(type, messageOf(type, service, url, connectError), {}, { cause: error });
}

function messageOf(type: FailureType, service: string, url: string, { code, rawMessage }: ConnectError): string {
  if (type === 'Unavailable') return `${service} cannot be reached at ${url}`;
  if (type === 'DeadlineExceeded') return `${service} did not answer in time`;
  return `${service} answered ${Code[code]}: ${rawMessage}`;
}

/** Node's own errors have a code: ECONNREFUSED, EHOSTUNREACH, ERR_HTTP2_SESSION_ERROR. */
function isBrokenConnection({ cause }: ConnectError): boolean {
  return typeof (cause as { code?: unknown } | undefined)?.code === 'string';
}

/** `FAILED_PRECONDITION` becomes `Code.FailedPrecondition`. */
function codeOf(name: string): Code {
  const key = name.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Code[key as keyof typeof Code];
}

/** `Code.FailedPrecondition` becomes `FAILED_PRECONDITION`. */
function nameOf(code: Code): string {
  return Code[code].replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase();
}

function typeOfCode(code: Code): FailureType {
  // A connection that broke is told as aborted or canceled by the transport.
  if (code === Code.Aborted || code === Code.Canceled) return 'Unavailable';
  if (code === Code.Unknown || code === Code.DataLoss) return 'Internal';
  return passingFailure('grpcCode', nameOf(code)) ?? 'Rejected';
}
