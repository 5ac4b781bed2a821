import { programEnvironment } from '../../parts/environment.ts';
import { temporalNames } from './outside-services.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What a shell may say to every process of the system; their addresses, ports and secrets come from the system. */
const settings = [
  'LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_COMPRESSION',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_TRACES_FILE',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_RESOURCE_ATTRIBUTES',
  'ALLOW_CLEAR_TEXT',
  'TLS_CLIENT_CA_FILE',
  'TLS_CLIENT_CERT_FILE',
  'TLS_CLIENT_KEY_FILE',
  'DATABASE_LOCK_TIMEOUT_MS',
  'DATABASE_STATEMENT_TIMEOUT_MS',
  'DATABASE_IDLE_TRANSACTION_TIMEOUT_MS',
  'DATABASE_POOLER',
  'HTTP_HEADERS_TIMEOUT_MS',
  'HTTP_REQUEST_TIMEOUT_MS',
  'RATE_LIMIT_PER_MINUTE',
  'CORS_ORIGINS',
  'RESERVATION_EXPIRY_INTERVAL_SECONDS',
  'REFUND_SECOND_PERSON_ABOVE',
  'ORDER_CFO_ABOVE',
  'BILL_PRICE_TOLERANCE',
  'BILL_EXCESS_ABOVE',
  'OUTBOX_RETENTION_DAYS',
  'INBOX_RETENTION_DAYS',
  'DEAD_LETTER_RETENTION_DAYS',
  'MAIL_RETENTION_DAYS',
  'PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS',
  'PAYMENT_RETURN_URL',
  'CUSTOMER_VALIDATION_TIMEOUT_MILLISECONDS',
  'CUSTOMER_VALIDATION_FAILURES_TO_OPEN',
  'CUSTOMER_VALIDATION_OPEN_MILLISECONDS',
  'MAIL_FROM',
  'PAYSLIP_PAGE_URL',
  'SELLER_NAME',
  'SELLER_ADDRESS',
  'SELLER_TAX_ID',
  'SELLER_IBAN',
  'SELLER_BIC',
  'MAX_CACHED_WORKFLOWS',
  'WORKER_DEPLOYMENT_NAME',
  'WORKER_BUILD_ID',
  'TEMPORAL_DEPLOYMENT_NAME',
  'TEMPORAL_WORKER_BUILD_ID',
] as const;

/** Who issues the invoices of a system for development. */
export const demoSeller = {
  SELLER_NAME: 'Harbour Goods GmbH',
  SELLER_ADDRESS: '1 Harbour Road, 20457 Hamburg, Germany',
  SELLER_TAX_ID: 'DE999999999',
  SELLER_IBAN: 'DE02120300000000202051',
  SELLER_BIC: 'BYLADEM1001',
};

/** None of it where a shell names any: the account of one seller never stands beside the name of another. */
const sellerFor = (shell: Variables): Variables =>
  Object.keys(demoSeller).some((name) => shell[name]) ? {} : demoSeller;

/**
 * The environment of a process of the system.
 *
 * @param own addresses, ports and whatever else the system says to it
 * @param outside what the shell's variables name outside of the system
 */
export function roleEnvironment(
  own: Variables,
  { temporal, reachesOut }: { readonly temporal: boolean; readonly reachesOut: boolean },
  shell: Variables = process.env,
): NodeJS.ProcessEnv {
  return programEnvironment(
    { ...sellerFor({ ...shell, ...own }), ...own },
    {
      // A shell that names Temporal's address names its key, certificates and profile as well.
      names: temporal ? [...settings, 'XDG_CONFIG_HOME'] : settings,
      prefixes: temporal ? [temporalNames] : [],
      reachesOut,
    },
    shell,
  );
}
