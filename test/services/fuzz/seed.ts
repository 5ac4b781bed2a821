/** The same calls in every run; another number tries others. */
export const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_125);

/** Calls of each operation. */
export const runs = Number(process.env['FUZZ_RUNS'] ?? 60);
