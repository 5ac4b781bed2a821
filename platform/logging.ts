import { type DestinationStream, pino } from 'pino';
import { subjectOfLog } from './access/subject.ts';
import { createRedaction, redactText } from './redaction.ts';
import { traceOfLog } from './tracing.ts';

export type Logger = pino.Logger;

/**
 * Structured logs on standard error, joined to the current trace and to who calls. Secrets, mail addresses and numbers of cards are cut out at
 * every depth, by the name of a field and by their form, in messages too; of errors remains what is no data.
 *
 * @param secretFields what else must not be read in a log: the names of fields
 * @param destination where its lines go. @default standard error
 */
export function createLogger(
  name: string,
  level = process.env['LOG_LEVEL'],
  secretFields: readonly string[] = [],
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  const redact = createRedaction(secretFields);
  return pino(
    {
      name,
      level: level || 'info',
      base: { process: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => ({ ...traceOfLog(), ...subjectOfLog() }),
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
        bindings: (fields) => redact(fields) as Record<string, unknown>,
      },
      // What remains of an error is said by the redaction.
      serializers: { err: (error) => error },
      hooks: {
        logMethod(words, method) {
          method.apply(this, words.map((word) => (typeof word === 'string' ? redactText(word) : word)) as typeof words);
        },
      },
    },
    destination,
  );
}
