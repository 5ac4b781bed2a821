import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory, installOnce } from './cache.ts';
import { findOnPath, isExecutable, run } from './command.ts';
import { downloadProgram } from './download.ts';
import { buildFailure, missingTool } from './missing-tool.ts';
import { PartError } from './part-error.ts';
import { type Report, reportWhile } from './report.ts';

const part = 'Temporal test server';
const version = '1.38.0';
/** SHA-256 of the vendor's archives that are known; for other platforms Maven fetches it, and checks what it fetches. */
const archives: Readonly<Record<string, string>> = {
  linux_amd64: '41df834fe8e1ac59619e13908f41b63e4d1054f37634a2f89033d8cf6af71b96',
};
const project = fileURLToPath(new URL('../tools/temporal-test-server/pom.xml', import.meta.url));

/**
 * Finds the test server that skips time, or installs it.
 * @returns the path of its executable, which takes the port as its only argument
 * @throws PartError when it is nowhere and cannot be installed
 */
export async function temporalTestServer(report: Report = () => {}): Promise<string> {
  const named = process.env['TEMPORAL_TEST_SERVER_BINARY'];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw new PartError(part, {
      reason: 'wrong-setting',
      happened: `TEMPORAL_TEST_SERVER_BINARY names ${named}, which is no executable file.`,
      remedy: 'Correct the path, or unset the variable to have it installed.',
    });
  }
  const onPath = findOnPath('temporal-test-server');
  if (onPath !== undefined) return onPath;
  const directory = await installOnce({
    part,
    target: path.join(cacheDirectory(), `temporal-test-server-${version}`),
    megabytes: 200,
    report,
    make: (temporary) => download(temporary, report).catch(() => fetchJars(temporary, report)),
  });
  return path.join(directory, 'temporal-test-server');
}

async function download(directory: string, report: Report): Promise<void> {
  const system = { linux: 'linux', darwin: 'macOS' }[process.platform as string];
  const processor = { x64: 'amd64', arm64: process.platform === 'darwin' ? 'amd64' : 'arm64' }[process.arch as string];
  const name = `temporal-test-server_${version}_${system}_${processor}`;
  mkdirSync(directory, { recursive: true });
  await downloadProgram({
    title: part,
    address: `https://github.com/temporalio/sdk-java/releases/download/v${version}/${name}.tar.gz`,
    sha256: archives[`${system}_${processor}`],
    member: 'temporal-test-server',
    target: path.join(directory, 'temporal-test-server'),
    report,
  });
}

async function fetchJars(directory: string, report: Report): Promise<void> {
  if (javaCommand() === undefined) {
    throw missingTool(part, 'Java', 'Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless)');
  }
  const maven = findOnPath('mvn');
  if (maven === undefined) throw missingTool(part, 'Maven', 'Maven (Debian: apt-get install maven)');
  report(`${part}: the release was not to be had; fetching it with Maven (about 40 MB)`);
  const fetched = run(maven, [
    '-q',
    '-B',
    '-f',
    project,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${directory}`,
  ]);
  await reportWhile(report, 'fetching the Temporal test server with Maven', fetched).catch((error: unknown) => {
    throw buildFailure(part, 'Maven could not fetch it', error);
  });
  const file = path.join(directory, 'temporal-test-server');
  writeFileSync(file, wrapper);
  chmodSync(file, 0o755);
}

function javaCommand(): string | undefined {
  const home = process.env['JAVA_HOME'];
  const own = home === undefined ? undefined : path.join(home, 'bin', 'java');
  return own !== undefined && isExecutable(own) ? own : findOnPath('java');
}

/** The SDK kills the process that it started and no other, hence `exec`. */
const wrapper = `#!/bin/sh
here=\${0%/*}
java=java
[ -n "$JAVA_HOME" ] && [ -x "$JAVA_HOME/bin/java" ] && java=$JAVA_HOME/bin/java
exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -cp "$here/*" io.temporal.testserver.TestServer "$@"
`;
