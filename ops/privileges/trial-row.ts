/** What one login was tried with. */
export interface TrialRow {
  /** The role. */
  readonly who: string;
  /** What it is for. */
  readonly may: string;
  /** How many attempts there were, by what they are called. */
  readonly refused: Readonly<Record<string, number>>;
  /** What was not refused, or was refused and has to be allowed. */
  readonly wrong: readonly string[];
}

export interface Trials {
  readonly database: readonly TrialRow[];
  readonly broker: readonly TrialRow[];
}
