import { JobPool } from './jobs/pool.ts';
import type { Matrix } from './matrix.ts';

/** Milliseconds without the end of any cell. */
const stallTimeoutMs = 60_000;

/**
 * Runs the matrix in a process of its own, and again in another one when its test servers stand still.
 *
 * @param report told of each process that is given up
 * @throws StalledError when that happens three times
 */
export async function runMatrixApart(report: (line: string) => void): Promise<Matrix> {
  const file = new URL('matrix-process.ts', import.meta.url);
  const pool = new JobPool<'the matrix', Matrix>({ file, processes: 1, jobsEach: 1, stallTimeoutMs, report });
  try {
    return await pool.run('the matrix');
  } finally {
    await pool.close();
  }
}
