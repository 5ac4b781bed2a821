const wide = 24;
const narrow = 10;

/** One line of a human-readable table. */
export const row = (name: string, values: readonly string[]): string =>
  `  ${name.padEnd(wide)}${values.map((value) => value.padStart(narrow)).join('')}`;

export const milliseconds = (value: number): string => `${Math.round(value)} ms`;

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
