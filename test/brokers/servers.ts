import { type RabbitMqServer, rabbitMqOfDebian } from '../../parts/rabbitmq-install.ts';
import type { Report } from '../../parts/report.ts';

/** The versions that the suite runs on, by the release of Debian that has them. */
export const releases = { '3.10': 12, '4.0': 13 } as const;

export type BrokerVersion = keyof typeof releases;

export const report: Report = (line) => process.stderr.write(`${line}\n`);

/** The version that `BROKER_VERSION` names. @default 4.0 */
export function testedServer(): Promise<RabbitMqServer> {
  const version = process.env['BROKER_VERSION'] === '3.10' ? '3.10' : '4.0';
  return rabbitMqOfDebian(releases[version], report);
}
