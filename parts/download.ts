import { createHash } from 'node:crypto';
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
  /** Of the archive, in hexadecimal; undefined where it is not known, and then nothing is downloaded. */
  sha256: string | undefined;
  /** The file name of the program in it, in whatever folder. */
  member: string;
  target: string;
  report: Report;
};

/**
 * Downloads an archive and takes one program out of it, when its content is the one that is known. A vendor that does not answer
 * within five seconds is given up.
 * @throws Error when it cannot be had, or is another one
 */
export async function downloadProgram({ title, address, sha256, member, target, report }: Download): Promise<void> {
  if (sha256 === undefined) throw new Error(`what ${address} holds is not known`);
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
    const hash = createHash('sha256');
    const counted = Readable.fromWeb(response.body).on('data', (chunk: Buffer) => {
      megabytes += chunk.length / 1e6;
      hash.update(chunk);
    });
    const saved = pipeline(counted, createWriteStream(archive), { signal: AbortSignal.timeout(600_000) });
    await reportWhile(report, `downloading ${title}`, saved, () => `${megabytes.toFixed(0)} MB`);
    const found = hash.digest('hex');
    if (found !== sha256) throw new Error(`${address} is not the archive that is known: its SHA-256 is ${found}`);
    await run('tar', ['-xzf', archive, '-C', folder]);
    const [program] = globSync([member, `*/${member}`], { cwd: folder });
    if (program === undefined) throw new Error(`${address} contains no ${member}`);
    renameSync(path.join(folder, program), target);
    chmodSync(target, 0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
