import type { JsonObject } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  type Declared,
  type DefectType,
  type FailureDetail,
  ServiceFailure,
  transientDefect,
} from '../../contracts/failures.ts';
import { describedFailure } from '../described-failure.ts';
import { describeTlsFailure } from '../transport/certificate-failure.ts';
import { FailureSchema } from './generated/failure_pb.ts';

/** A failure as a gRPC error; everything that it carries is in the error's detail. */
export function toConnectError({ failure, message, detail }: ServiceFailure): ConnectError {
  const { field, retryAfterMilliseconds, facts } = detail;
  const value = {
    type: failure.type,
    title: failure.title,
    kind: failure.kind,
    retryable: failure.retryable,
    message,
    ...(field !== undefined && { field }),
    ...(retryAfterMilliseconds !== undefined && { retryAfterMilliseconds }),
    ...(facts !== undefined && { facts: facts as JsonObject }),
  };
  return new ConnectError(message, codeOf(failure.grpcCode), undefined, [{ desc: FailureSchema, value }]);
}

/**
 * An error that a call ended with as a failure: one that the operation declares, or that any call may have. One that no
 * service of ours has sent is told by its code alone.
 */
export function fromConnectError(
  service: string,
  url: string,
  error: unknown,
  declared: readonly Declared[],
): ServiceFailure {
  const connectError = ConnectError.from(error);
  const sent = connectError.findDetails(FailureSchema)[0];
  const codes = { httpStatus: 500, grpcCode: nameOf(connectError.code) };
  const failure = sent && describedFailure(sent, declared, codes);
  if (sent && failure) {
    const { field, retryAfterMilliseconds, facts } = sent;
    return new ServiceFailure(failure, sent.message, {
      field,
      retryAfterMilliseconds,
      facts: facts as FailureDetail['facts'],
    });
  }
  const type = isBrokenConnection(connectError) ? 'Unavailable' : typeOfCode(connectError.code);
  return new ServiceFailure(type, messageOf(type, service, url, connectError), {}, { cause: error });
}

function messageOf(type: DefectType, service: string, url: string, error: ConnectError): string {
  const { code, rawMessage, cause } = error;
  const reason = describeTlsFailure(cause);
  if (type === 'Unavailable') return `${service} cannot be reached at ${url}${reason ? `: ${reason}` : ''}`;
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

function typeOfCode(code: Code): DefectType {
  // A connection that broke is told as aborted or canceled by the transport.
  if (code === Code.Aborted || code === Code.Canceled) return 'Unavailable';
  if (code === Code.Unknown || code === Code.DataLoss) return 'Internal';
  return transientDefect('grpcCode', nameOf(code)) ?? 'Rejected';
}
