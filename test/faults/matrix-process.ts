import { serveJobs } from './jobs/serve.ts';
import { runMatrix } from './matrix.ts';

await serveJobs(
  async () => (_: 'the matrix', news) => runMatrix((line) => void process.stderr.write(`${line}\n`), news),
);
