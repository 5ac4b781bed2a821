import { ServiceFailure } from '../../contracts/failures.ts';

/** Who may call an operation: everyone, or who holds one of these roles. */
export type Access = 'public' | readonly [string, ...string[]];

/** Who makes a call, as a token says that was verified. */
export interface Principal {
  /** The id that the issuer gives the person or the process; with the issuer it names one for ever. */
  readonly subject: string;
  readonly issuer: string;
  /** What people call them. */
  readonly name?: string | undefined;
  readonly roles: readonly string[];
  /** What their account is called here, where it has a name of its own. */
  readonly account?: string | undefined;
}

/**
 * Who does what a call asks for, for a record that is kept. One issuer is trusted, so the subject alone names them.
 *
 * @throws {ServiceFailure} `Unauthenticated` where everyone may call, and this caller has not said who it is
 */
export function actorOf({ principal }: { readonly principal: Principal | undefined }): string {
  if (principal) return principal.subject;
  throw new ServiceFailure('Unauthenticated', 'who does this is kept: send a token, Authorization: Bearer …');
}

/**
 * Lets a call pass, or refuses it.
 *
 * @param operation what is called, for the message: `orders.cancelOrder`
 * @throws {ServiceFailure} `Unauthenticated` without a principal, `Forbidden` for one who holds none of the roles
 */
export function authorize(operation: string, access: Access, principal: Principal | undefined): void {
  if (access === 'public') return;
  if (!principal) {
    throw new ServiceFailure(
      'Unauthenticated',
      `${operation} is not for everyone: send a token, Authorization: Bearer …`,
    );
  }
  if (access.some((role) => principal.roles.includes(role))) return;
  throw new ServiceFailure(
    'Forbidden',
    `${operation} is for ${access.join(', ')}, and ${principal.subject} is none of these`,
  );
}
