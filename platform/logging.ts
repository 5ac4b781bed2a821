import { pino } from 'pino';
import { subjectOfLog } from './access/subject.ts';
import { traceOfLog } from './tracing.ts';

export type Logger = pino.Logger;

const secrets = ['authorization', 'password', 'apiKey'];

/**
 * Structured logs on standard error, joined to the current trace and to who calls; secrets are cut out wherever they may stand.
 *
 * @param secretFields what else must not be read in a log: the names of fields
 */
export function createLogger(
  name: string,
  level = process.env['LOG_LEVEL'],
  secretFields: readonly string[] = [],
): Logger {
  return pino(
    {
      name,
      level: level || 'info',
      base: { process: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => ({ ...traceOfLog(), ...subjectOfLog() }),
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [...secrets, ...secretFields].flatMap((field) => [field, `*.${field}`]),
        censor: '[redacted]',
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
