import { pino } from 'pino';
import { traceOfLog } from './tracing.ts';

export type Logger = pino.Logger;

/** Structured logs on standard error, joined to the current trace; secrets and card data are cut out wherever they may stand. */
export function createLogger(name: string, level = process.env['LOG_LEVEL']): Logger {
  return pino(
    {
      name,
      level: level || 'info',
      base: { process: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: traceOfLog,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          'authorization',
          '*.authorization',
          'paymentMethod',
          '*.paymentMethod',
          'password',
          '*.password',
          'apiKey',
          '*.apiKey',
        ],
        censor: '[redacted]',
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
