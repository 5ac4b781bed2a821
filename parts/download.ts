import { chmodSync, createWriteStream, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from './command.ts';
import { type Report, reportWhile } from './report.ts';

/** One program in an archive that its vendor publishes. */
export type Download = {
  /** What people call the program. */
  title: string;
  /** The archive, a `.tar.gz`. */
  address: string;
  /** The file name of the program in it, in whatever folder. */
  member: string;
  target: string;
  report: Report;
};

/**
 * Downloads an archive and takes one program out of it. A vendor that does not answer within five seconds is given up.
 * @throws Error when it cannot be had
 */
export async function downloadProgram({ title, address, member, target, report }: Download): Promise<void> {
  const connecting = new AbortController();
  const timer = setTimeout(() => connecting.abort(new Error(`no answer from ${new URL(address).host}`)), 5_000);
  const response = await fetch(address, { signal: connecting.signal });
  clearTimeout(timer);
  if (!response.ok || response.body === null) throw new Error(`${address} answered ${response.status}`);
  report(`${title}: downloading ${address}`);
  const folder = `${target}.download`;
  mkdirSync(folder, { recursive: true });
  try {
    const archive = path.join(folder, 'archive.tar.gz');
    let megabytes = 0;
    const counted = Readable.fromWeb(response.body).on('data', (chunk: Buffer) => {
      megabytes += chunk.length / 1e6;
    });
    const saved = pipeline(counted, createWriteStream(archive), { signal: AbortSignal.timeout(600_000) });
    await reportWhile(report, `downloading ${title}`, saved, () => `${megabytes.toFixed(0)} MB`);
    await run('tar', ['-xzf', archive, '-C', folder]);
    const [program] = globSync([member, `*/${member}`], { cwd: folder });
    if (program === undefined) throw new Error(`${address} contains no ${member}`);
    renameSync(path.join(folder, program), target);
    chmodSync(target, 0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
