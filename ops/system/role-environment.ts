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
  'HTTP_HEADERS_TIMEOUT_MS',
  'HTTP_REQUEST_TIMEOUT_MS',
  'RESERVATION_EXPIRY_INTERVAL_SECONDS',
  'PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS',
  'PAYMENT_RETURN_URL',
  'CUSTOMER_VALIDATION_TIMEOUT_MILLISECONDS',
  'CUSTOMER_VALIDATION_FAILURES_TO_OPEN',
  'CUSTOMER_VALIDATION_OPEN_MILLISECONDS',
  'MAIL_FROM',
  'MAX_CACHED_WORKFLOWS',
  'WORKER_DEPLOYMENT_NAME',
  'WORKER_BUILD_ID',
] as const;

/**
 * The environment of a process of the system.
 *
 * @param own addresses, ports and whatever else the system says to it
 * @param outside what the shell's variables name outside of the system
 */
export function roleEnvironment(
  own: Variables,
  { temporal, reachesOut }: { readonly temporal: boolean; readonly reachesOut: boolean },
  shell?: Variables,
): NodeJS.ProcessEnv {
  return programEnvironment(
    own,
    {
      // A shell that names Temporal's address names its key, certificates and profile as well.
      names: temporal ? [...settings, 'XDG_CONFIG_HOME'] : settings,
      prefixes: temporal ? [temporalNames] : [],
      reachesOut,
    },
    shell,
  );
}
