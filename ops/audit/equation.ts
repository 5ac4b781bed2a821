/**
 * What a fact may still be on its way with when an audit looks: the workflow that is open, and the events that a consumer has
 * not handled yet.
 */
export const carriers = ['workflows', 'ledger', 'notification', 'customers', 'billing', 'communities'] as const;

export type Carrier = (typeof carriers)[number];

/** The doubles whose own record an equation reads: there is none where the real provider or mail server is used. */
export type Double = 'payment simulator' | 'mail sink';

/** Two figures that have to be equal, subject by subject. */
export interface Equation {
  /**
   * The SQL of both sides. Its rows: `subject` (what the figures are about, as `order o-1`), `left`, `right`, and `currency`
   * where these are minor units of it, else null.
   */
  readonly sides: string;
  /** By what a difference may be explained for a while. @default none: it holds at every moment */
  readonly carriers?: readonly Carrier[];
  /** Whose record it reads. */
  readonly reads?: Double;
  /** What it means, as one sentence. */
  readonly means: string;
  /** What to do when it fails. */
  readonly remedy: string;
}

/** Equations by their names, which begin with what they are about. */
export type Equations = Readonly<Record<string, Equation>>;
