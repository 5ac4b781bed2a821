import type { DescService } from '@bufbuild/protobuf';
import type { z } from 'zod';
import type { Declared } from '../../contracts/failures.ts';
import type { Access } from '../access/principal.ts';
import type { CallContext, CallOptions } from '../http/contract.ts';

/** What one method of a gRPC service takes and answers. The `.proto` file is the wire, these schemas are the rules. */
export interface GrpcOperation {
  /** Who may call it. */
  readonly access: Access;
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** How it may answer beside what any call may. */
  readonly failures: readonly Declared[];
}

/** A service of a `.proto` file together with the rules for its messages. */
export interface GrpcContract {
  readonly name: string;
  readonly service: DescService;
  /** One for each method, by the method's name in lower camel case. */
  readonly operations: Readonly<Record<string, GrpcOperation>>;
}

/** Keeps the literal types of a contract, and holds it against the service: every method has an operation. */
export function defineGrpcContract<
  Service extends DescService,
  Operations extends { readonly [Method in keyof Service['method']]: GrpcOperation },
>(contract: { readonly name: string; readonly service: Service; readonly operations: Operations }) {
  return contract;
}

/** The client's side of a contract: one function for each operation. */
export type GrpcClient<Contract extends GrpcContract> = {
  readonly [Name in keyof Contract['operations']]: (
    input: z.input<Contract['operations'][Name]['input']>,
    options?: CallOptions,
  ) => Promise<z.output<Contract['operations'][Name]['output']>>;
};

/** The server's side of a contract: one function for each operation. */
export type GrpcHandlers<Contract extends GrpcContract> = {
  readonly [Name in keyof Contract['operations']]: (
    input: z.output<Contract['operations'][Name]['input']>,
    context: CallContext,
  ) => Promise<z.input<Contract['operations'][Name]['output']>>;
};
