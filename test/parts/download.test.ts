import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { downloadProgram } from '../../parts/download.ts';

let folder: string;
let server: Server;
let archive: Buffer;
let asked = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-download-'));
  mkdirSync(path.join(folder, 'vendor'));
  writeFileSync(path.join(folder, 'vendor', 'program'), '#!/bin/sh\necho it runs\n');
  await execa('tar', ['-czf', 'archive.tar.gz', 'vendor'], { cwd: folder });
  archive = readFileSync(path.join(folder, 'archive.tar.gz'));
  server = createServer((_, answer) => {
    asked++;
    answer.end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const download = (sha256: string | undefined) => {
  const target = path.join(folder, 'program');
  rmSync(target, { force: true });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive.tar.gz`;
  const options = { title: 'Program', address, sha256, member: 'program', target, report: () => undefined };
  return { target, done: downloadProgram(options) };
};

test('an archive whose content is known is unpacked', async () => {
  const { target, done } = download(createHash('sha256').update(archive).digest('hex'));
  await done;
  expect((await execa(target)).stdout).toBe('it runs');
});

test('an archive with another content is refused before it is unpacked, and nothing of it stays', async () => {
  const { target, done } = download('0'.repeat(64));
  await expect(done).rejects.toThrow(/archive.tar.gz is not the archive that is known: its SHA-256 is [0-9a-f]{64}$/);
  expect(existsSync(target)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['archive.tar.gz', 'vendor']);
});

test('an archive whose content is not known is not asked for', async () => {
  const before = asked;
  await expect(download(undefined).done).rejects.toThrow('is not known');
  expect(asked).toBe(before);
});
