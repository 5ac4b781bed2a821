import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory, installOnce } from './cache.ts';
import { findOnPath, isExecutable, run } from './command.ts';
import { downloadProgram } from './download.ts';
import { buildFailure, missingTool } from './missing-tool.ts';
import { messageOf, PartError } from './part-error.ts';
import { type Report, reportWhile } from './report.ts';

const part = 'Temporal';
const version = '1.8.2';
/** SHA-256 of the vendor's archives, by platform and processor. */
const archives: Readonly<Record<string, string>> = {
  linux_amd64: 'd8421bda989e6514b4bdb4d63a9012a8a05a806892e881a5aad8510496349a94',
  linux_arm64: '83600a8fac6e3da54093e5da6918d399f501532b9f1172235603f9606f4ac6e4',
  darwin_amd64: '489d7f5420cae02b559774ac23df035141954c33a51dba96f5759a0ddccdf1b6',
  darwin_arm64: 'dacdc3587682c04cf27e67c8878ca2d755230b6ad63c0c6ebddd7348ae90ed94',
};
/** The first server that has everything the workflows use. */
const minimumServer = [1, 28] as const;
const goModule = fileURLToPath(new URL('../tools/temporal', import.meta.url));

/**
 * Finds the Temporal command line, whose development server has the Web UI inside, or installs it.
 * @returns the path of its executable
 * @throws PartError when it is nowhere and cannot be installed
 */
export async function temporalBinary(report: Report): Promise<string> {
  const named = process.env['TEMPORAL_BINARY'];
  if (named !== undefined && named !== '') {
    if (await isNewEnough(named)) return named;
    throw new PartError(part, {
      reason: 'wrong-setting',
      happened: `TEMPORAL_BINARY names ${named}, which is no Temporal command line with a server ${minimumServer.join('.')} or newer.`,
      remedy: 'Correct the path, or unset the variable to have the right one installed.',
    });
  }
  const target = path.join(cacheDirectory(), `temporal-${version}`);
  const onPath = findOnPath('temporal');
  if (onPath !== undefined && (await isNewEnough(onPath))) return onPath;
  return installOnce({
    part,
    target,
    // The build keeps its intermediate files in Go's own cache.
    megabytes: 3_000,
    report,
    make: (temporary) =>
      download(temporary, report).catch((error: unknown) => {
        report(`${part}: the vendor's download did not work (${reasonOf(error)})`);
        return build(temporary, report);
      }),
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error);
}

async function isNewEnough(binary: string): Promise<boolean> {
  if (!isExecutable(binary)) return false;
  const told = await run(binary, ['--version'], { timeout: 10_000 }).catch(() => '');
  const [, major, minor] = /Server (\d+)\.(\d+)/.exec(told) ?? [];
  const [wantedMajor, wantedMinor] = minimumServer;
  return Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
}

async function download(target: string, report: Report): Promise<void> {
  const system = process.platform;
  const processor = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  const platform = `${system}_${processor}`;
  const name = `temporal_cli_${version}_${platform}.tar.gz`;
  await downloadProgram({
    title: part,
    address: `https://github.com/temporalio/cli/releases/download/v${version}/${name}`,
    sha256: archives[platform],
    member: 'temporal',
    target,
    report,
  });
}

async function build(target: string, report: Report): Promise<void> {
  const go = findOnPath('go');
  if (go === undefined) throw missingTool(part, 'Go', 'Go 1.21 or newer (https://go.dev/doc/install)');
  report(`${part}: building it from source with Go: 5 to 7 minutes on two processors, once; everything else goes on`);
  let newest: string | undefined;
  const command = 'github.com/temporalio/cli/cmd/temporal';
  const stamp = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
  const built = run(go, ['build', '-v', '-o', target, `-ldflags=${stamp}`, command], {
    directory: goModule,
    lowPriority: true,
    onLine: (line) => {
      newest = line;
    },
  });
  await reportWhile(report, 'building the Temporal server', built, () => newest).catch((error: unknown) => {
    throw buildFailure(part, 'The build with Go failed', error);
  });
}
