import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { cacheDirectory } from '../../parts/cache.ts';
import type { Parts } from '../../parts/index.ts';
import { rememberedPorts } from '../../parts/ports.ts';
import { hostAndPort } from '../../platform/listening.ts';
import { refuseReadableServer } from '../../platform/transport/clear-text.ts';
import { type RoleName, roleNames, roles } from '../../roles/roles.ts';
import { metricsOf, metricsPorts } from './metrics-addresses.ts';
import { doublesReplacedBy, type OutsideServices } from './outside-services.ts';
import { processOf, type RoleProcess } from './role-process.ts';

/**
 * Chooses where every role listens and by what the others find it.
 *
 * @returns variables that all roles have, and those that each has for itself
 */
export async function chooseAddresses(
  parts: Pick<Parts, 'temporal'>,
  processes: readonly RoleProcess[],
  dataDirectory: string,
  { host = '127.0.0.1', tls, ...outside }: OutsideServices,
) {
  const replaced = doublesReplacedBy(outside);
  const listening = roleNames.filter((name) => 'address' in roles[name] && !replaced.includes(name));
  const ports = await rememberedPorts(path.join(dataDirectory, 'process-ports.json'), [
    ...listening,
    'smtp',
    ...roleNames.flatMap(metricsPorts),
  ]);
  // Where every address is listened on, this one is.
  const reachedAt = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const protocol = tls ? 'https' : 'http';
  const servesCore = !refuseReadableServer('TEMPORAL_METRICS_PORT', { ...process.env, HOST: host });
  const shared: Record<string, string> = {
    TEMPORAL_ADDRESS: parts.temporal.address,
    TEMPORAL_NAMESPACE: parts.temporal.namespace,
    ...(parts.temporal.webUserInterface && { TEMPORAL_WEB_UI: parts.temporal.webUserInterface }),
    SMTP_URL: outside.mailServer ?? `${tls ? 'smtps' : 'smtp'}://${hostAndPort(reachedAt, Number(ports['smtp']))}`,
    ...(tls && { TLS_CERT_FILE: tls.cert, TLS_KEY_FILE: tls.key, NODE_EXTRA_CA_CERTS: tls.authority }),
    NODE_COMPILE_CACHE: path.join(cacheDirectory(), 'compiled'),
  };
  const own: Partial<Record<RoleName, Record<string, string>>> = {};
  for (const name of listening) {
    const role = roles[name];
    if ('address' in role) shared[role.address] = `${protocol}://${hostAndPort(reachedAt, Number(ports[name]))}`;
    own[name] = { PORT: String(ports[name]) };
  }
  for (const name of roleNames) {
    const role = roles[name];
    const process = processes.find(({ roles: all }) => all.includes(name)) ?? processOf(name);
    const address = 'address' in role ? shared[role.address] : undefined;
    const metrics = metricsOf(name, process, ports, address, { host: reachedAt, protocol, servesCore });
    Object.assign(shared, metrics.addresses);
    own[name] = { ...own[name], ...metrics.environment, HOST: host };
  }
  const { API_URL: frontDoor } = shared;
  own['notification-consumer'] = {
    ...own['notification-consumer'],
    ...(frontDoor && { PAYSLIP_PAGE_URL: `${frontDoor}/v1/payslips` }),
  };
  own['mail-sink'] = { ...own['mail-sink'], SMTP_PORT: String(ports['smtp']) };
  // The two that share it are started together, and a webhook is signed when it is sent: a new one each time will do.
  const { url, key, webhookSecret = `whsec_${randomBytes(24).toString('hex')}` } = outside.paymentProvider ?? {};
  if (url) shared['PAYMENT_PROVIDER_URL'] = url;
  own.payments = { ...own.payments, ...(key && { PAYMENT_PROVIDER_KEY: key }) };
  own['payment-webhooks'] = { ...own['payment-webhooks'], PAYMENT_WEBHOOK_SECRET: webhookSecret };
  own['payment-simulator'] = {
    ...own['payment-simulator'],
    WEBHOOK_URL: `${shared['PAYMENT_WEBHOOKS_URL']}/webhooks/stripe`,
    WEBHOOK_SECRET: webhookSecret,
    PUBLIC_URL: shared['PAYMENT_PROVIDER_URL'] as string,
  };
  return { shared, own };
}
