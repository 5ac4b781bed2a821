import type { DecidedBy, Decision } from './contract.ts';

/** A decision as it stays in the history, taken now. */
export function decisionOf(
  what: string,
  { decision, by, issuer, note }: DecidedBy & { readonly decision: string },
): Decision {
  return { what, decision, by, ...(issuer !== undefined && { issuer }), note, at: new Date().toISOString() };
}
