/** One curve, or one for each value of its labels. */
export interface Query {
  /** In PromQL. */
  readonly expression: string;
  /** What the curve is called, with labels in `{{ }}`. */
  readonly legend: string;
}

/** What one panel shows, and what it means. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  /** As Grafana names units: `s`, `short`, `percentunit`, `ops`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Whether it is one figure instead of a curve. */
  readonly isFigure?: true;
}

export interface Dashboard {
  readonly title: string;
  readonly rows: Readonly<Record<string, readonly Panel[]>>;
}
