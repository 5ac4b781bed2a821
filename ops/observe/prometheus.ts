import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { programEnvironment } from '../../parts/environment.ts';
import { rememberedPorts } from '../../parts/ports.ts';
import type { Report } from '../../parts/report.ts';
import { takeFolder } from '../../parts/stack-record.ts';
import { stopProcess } from '../../parts/stop-process.ts';
import { Supervisor } from '../../parts/supervisor.ts';
import { waitUntil } from '../../parts/wait.ts';
import { prometheusPrograms } from '../deployment/check/tools.ts';

/** The rules of the project. */
export const ruleFiles: readonly string[] = ['durable-checkout.yaml', 'objectives.yaml'].map((name) =>
  fileURLToPath(new URL(`../../deploy/observe/rules/${name}`, import.meta.url)),
);

export interface PrometheusOptions {
  /** The addresses of a running system, those of its metrics among them. */
  readonly addresses: Readonly<Record<string, string | undefined>>;
  /** Where it keeps what it reads. */
  readonly folder: string;
  /** How often it reads. @default 5s */
  readonly interval?: string;
  readonly report: Report;
}

export interface RunningPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

/** Every address of metrics with the role that it is of; workers that share a core share its address. */
function targetsOf(addresses: PrometheusOptions['addresses']) {
  const hosts = new Map<string, { readonly protocol: string; readonly role: string }>();
  for (const [name, address] of Object.entries(addresses)) {
    const [, role] = /^([A-Z_]+?)(?:_TEMPORAL)?_METRICS_URL$/.exec(name) ?? [];
    // What is not started, as the double of a mail server that is outside, has none.
    if (!role || !address || !URL.canParse(address)) continue;
    const { host, protocol } = new URL(address);
    if (!hosts.has(host)) hosts.set(host, { protocol, role: role.toLowerCase().replaceAll('_', '-') });
  }
  return hosts;
}

function configurationOf({ addresses, interval = '5s' }: PrometheusOptions) {
  const targets = [...targetsOf(addresses)];
  const authority = addresses['NODE_EXTRA_CA_CERTS'];
  const jobs = ['http', 'https'].flatMap((scheme) => {
    const ofScheme = targets.filter(([, { protocol }]) => protocol === `${scheme}:`);
    if (ofScheme.length === 0) return [];
    return {
      job_name: `durable-checkout-${scheme}`,
      scheme,
      ...(scheme === 'https' && authority && { tls_config: { ca_file: authority } }),
      // One job for the rules, however it is read.
      relabel_configs: [{ target_label: 'job', replacement: 'durable-checkout' }],
      static_configs: ofScheme.map(([host, { role }]) => ({ targets: [host], labels: { role } })),
    };
  });
  return {
    global: { scrape_interval: interval, evaluation_interval: interval },
    rule_files: ruleFiles,
    scrape_configs: jobs,
  };
}

/**
 * Starts a Prometheus that reads the metrics of every role, and knows the project's rules. It ends with this process, however that ends.
 *
 * @throws {MissingToolError} where it is not to be had
 */
export async function startPrometheus(options: PrometheusOptions): Promise<RunningPrometheus> {
  const { prometheus } = await prometheusPrograms(options.report);
  const folder = path.resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const release = await takeFolder(folder, options.report);
  const supervisor = new Supervisor(folder);
  const { prometheus: port } = await rememberedPorts(path.join(folder, 'ports.json'), ['prometheus']);
  const file = path.join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(configurationOf(options)));
  const started = supervisor.start('Prometheus', {
    command: prometheus,
    parameters: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      '--storage.tsdb.retention.time=7d',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    environment: programEnvironment({}),
    directory: folder,
    log: 'prometheus',
    stop: { signal: 'SIGTERM', patience: 10_000 },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await stopProcess(started.identity, started.stop);
    await supervisor.dismiss();
    release();
  };
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => started.end() !== undefined,
    );
  await waitUntil(isReady, { within: 30_000, every: 100 });
  if (started.end() === undefined) return { url, stop };
  await stop();
  throw new Error(`Prometheus ended at its start (${started.end()}); see ${started.log}`);
}
