import { pino } from 'pino';

export type Logger = pino.Logger;

/** Structured logs on standard error; secrets and card data are cut out wherever they may stand. */
export function createLogger(name: string): Logger {
  return pino(
    {
      name,
      level: process.env['LOG_LEVEL'] ?? 'info',
      base: { process: name },
      timestamp: pino.stdTimeFunctions.isoTime,
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
