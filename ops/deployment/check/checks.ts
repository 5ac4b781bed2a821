import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, run } from '../../../parts/command.ts';
import type { Report } from '../../../parts/report.ts';
import { complaintsOfManifests, type Manifest } from './manifests.ts';
import { helm, MissingToolError, prometheusPrograms, pythonTools } from './tools.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const chart = path.join(project, 'deploy/chart');
const rules = path.join(project, 'deploy/observe/rules');

/** The oldest and the newest Kubernetes that the chart is held against. */
const kubernetesVersions = ['1.29', '1.37'];

/** What came of one check. */
export interface CheckResult {
  readonly name: string;
  /** `unchecked`: the tool is not to be had here. */
  readonly outcome: 'passed' | 'failed' | 'unchecked';
  /** What is wrong, or why it was not checked. */
  readonly detail: string;
}

type Check = (report: Report) => Promise<readonly string[]>;

/** The files with values for one machine, a company, a cluster. */
const valuesFiles = async (): Promise<string[]> =>
  (await readdir(chart)).filter((name) => /^values-.*\.yaml$/.test(name)).map((name) => path.join(chart, name));

/** What the chart makes of a file with values. */
async function render(values: string, report: Report, more: readonly string[] = []): Promise<string> {
  return run(await helm(report), ['template', 'shop', chart, '--values', values, ...more]);
}

/**
 * Why the chart refuses one value.
 *
 * @param value as `helm --set` has it, beside those of the file
 * @returns what Helm says; `accepted`, or `unchecked` where there is no Helm
 */
export async function refusalOfValues(values: string, value: string, report: Report): Promise<string> {
  try {
    await render(values, report, ['--set', value]);
    return 'accepted';
  } catch (error) {
    if (error instanceof MissingToolError) return 'unchecked';
    return error instanceof CommandError ? error.output : String(error);
  }
}

/** Renders the chart with every file of values into a folder for a while. */
async function withManifests<Result>(
  report: Report,
  use: (files: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-chart-'));
  try {
    const files = (await valuesFiles()).map(async (values) => {
      const file = path.join(folder, path.basename(values));
      await writeFile(file, await render(values, report));
      return file;
    });
    return await use(await Promise.all(files));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const validateBy =
  (version: string): Check =>
  async (report) => {
    const tools = await pythonTools(report);
    const options = ['--strict', '--quiet', '--no-warn', '-k', version];
    await withManifests(report, (files) => tools.run('kubernetes_validate', [...options, ...files]));
    return [];
  };

const everyRole: Check = async (report) => {
  const tools = await pythonTools(report);
  return withManifests(report, async (files) => {
    const manifests = await Promise.all(files.map((file) => tools.readYaml(file)));
    return manifests.flatMap((each, index) =>
      complaintsOfManifests(each as Manifest[]).map(
        (complaint) => `${path.basename(files[index] ?? '')}: ${complaint}`,
      ),
    );
  });
};

/** All checks of what is deployed, by what they check. */
const checks = async (): Promise<Readonly<Record<string, Check>>> => ({
  'Dockerfile by hadolint': async (report) => {
    await (await pythonTools(report)).run('hadolint', [path.join(project, 'Dockerfile')]);
    return [];
  },
  "docker-compose.yml by compose's schema": async (report) => {
    const parameters = ['--builtin-schema', 'vendor.compose-spec', path.join(project, 'docker-compose.yml')];
    await (await pythonTools(report)).run('check_jsonschema', parameters);
    return [];
  },
  ...Object.fromEntries(
    (await valuesFiles()).map((file): [string, Check] => [
      `chart with ${path.basename(file)} by helm lint`,
      async (report) => {
        await run(await helm(report), ['lint', '--strict', '--quiet', chart, '--values', file]);
        return [];
      },
    ]),
  ),
  ...Object.fromEntries(
    kubernetesVersions.map((version) => [`chart by the schemas of Kubernetes ${version}`, validateBy(version)]),
  ),
  'chart by what each role has to have': everyRole,
  'rules and their tests by promtool': async (report) => {
    const { promtool } = await prometheusPrograms(report);
    const files = (await readdir(rules)).map((name) => path.join(rules, name));
    const tests = files.filter((file) => file.endsWith('.test.yaml'));
    const written = files.filter((file) => !tests.includes(file));
    await run(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', ...written]);
    await run(promtool, ['test', 'rules', ...tests]);
    return [];
  },
});

/** What no tool of this machine can check, and what would. */
export const beyondReach: readonly string[] = [
  'that the images are built: it takes an engine; test/processes/production-packages.test.ts does what the Dockerfile does, in a folder',
  'that Docker Compose and Kubernetes run it: it takes an engine, or a cluster',
  'resources of KEDA and of the Prometheus Operator: their schemas are theirs; the chart is held against their documentation',
  'that Grafana shows the dashboards: it takes a Grafana; test/system/prometheus.test.ts runs each of their queries',
];

/** Runs every check, those of different tools side by side. */
export async function checkDeployment(report: Report): Promise<CheckResult[]> {
  return Promise.all(
    Object.entries(await checks()).map(async ([name, check]): Promise<CheckResult> => {
      try {
        const complaints = await check(report);
        return { name, outcome: complaints.length > 0 ? 'failed' : 'passed', detail: complaints.join('\n') };
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        return { name, outcome: error instanceof MissingToolError ? 'unchecked' : 'failed', detail };
      }
    }),
  );
}
