import type { z } from 'zod';
import { ServiceFailure } from '../contracts/failures.ts';
import { type CustomerId, customerIdSchema } from '../contracts/identifiers.ts';
import { type Access, actorOf, type Principal } from '../platform/access/principal.ts';
import type { CallContext, CallOptions, EventSource, HttpHandlers, HttpOperation } from '../platform/http/contract.ts';

/** Who makes a call, and what of the shop is theirs to see. */
export interface Caller {
  /** Who they are, for a record that is kept: as their token says, and as nothing else does. */
  readonly actor: { readonly by: string; readonly issuer: string };
  /** A customer sees their own only; absent for those who work in the shop. */
  readonly customerId?: CustomerId;
  /**
   * How services are called for them: in the name of those who work in the shop, whom the services then know themselves; for a
   * customer in the name of the front door, which has found out first that it is theirs.
   */
  readonly call: CallOptions;
  readonly context: CallContext;
}

type Operations = Readonly<Record<string, HttpOperation>>;

/** The handlers of some operations; each is told who calls. */
export type ApiHandlers<Contract extends Operations> = {
  readonly [Name in keyof Contract]: (
    input: z.output<Contract[Name]['input']>,
    caller: Caller,
  ) => Promise<
    Contract[Name] extends { readonly streams: true }
      ? EventSource<z.input<Contract[Name]['output']>>
      : z.input<Contract[Name]['output']>
  >;
};

/** Tells each handler who calls. */
export function withCaller<Contract extends { name: string; version: string; summary: string; operations: Operations }>(
  { operations }: Contract,
  handlers: ApiHandlers<Contract['operations']>,
): HttpHandlers<Contract> {
  const wrapped = Object.entries(operations).map(([name, { access }]) => {
    const handle = handlers[name] as (input: unknown, caller: Caller) => Promise<unknown>;
    return [name, async (input: unknown, context: CallContext) => handle(input, callerOf(access, context))] as const;
  });
  return Object.fromEntries(wrapped) as unknown as HttpHandlers<Contract>;
}

function callerOf(access: Access, context: CallContext): Caller {
  const { principal, token, correlationId, signal } = context;
  const by = actorOf(context);
  const actor = { by, issuer: String(principal?.issuer) };
  const worksHere =
    access !== 'public' && access.some((role) => role !== 'customer' && principal?.roles.includes(role));
  const call = { correlationId, signal };
  return worksHere
    ? { actor, context, call: { ...call, onBehalfOf: token } }
    : { actor, context, call, customerId: customerIdOf(principal) };
}

/** @throws {ServiceFailure} `Forbidden` for one whose token names no customer */
function customerIdOf(principal: Principal | undefined): CustomerId {
  const named = principal?.account ?? principal?.subject;
  const read = customerIdSchema.safeParse(named);
  if (read.success) return read.data;
  throw new ServiceFailure(
    'Forbidden',
    'the token names no customer: its claim `customer`, or else its subject, has to be the id of one',
  );
}

/**
 * In whose name a call is made that a customer makes for themselves, or the shop for one.
 *
 * @throws {ServiceFailure} `Forbidden` for a customer who names another one; `InvalidRequest` where no customer is named
 */
export function actingCustomer({ customerId: own }: Caller, named: CustomerId | undefined): CustomerId {
  const field = 'customerId';
  if (own !== undefined && named !== undefined && named !== own) {
    throw new ServiceFailure('Forbidden', `${field}: ${own} acts for themselves alone; leave it out`, { field });
  }
  const customer = own ?? named;
  if (customer !== undefined) return customer;
  throw new ServiceFailure('InvalidRequest', `${field}: is required: say which customer it is for`, { field });
}
