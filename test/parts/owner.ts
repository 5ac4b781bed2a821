/** Starts a stack and then does nothing, for tests that kill it. Arguments: the folder, `temporary` or `kept`. */
import { startParts } from '../../parts/index.ts';

const [, , dataDirectory = '', kind] = process.argv;
const parts = await startParts({ dataDirectory, temporary: kind === 'temporary', report: () => {} });
console.log(parts.postgres.url);
setInterval(() => {}, 60_000);
