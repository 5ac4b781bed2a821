import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cacheDirectory, installOnce } from '../../parts/cache.ts';
import { readHolder, tryLock } from '../../parts/lock.ts';
import { identify, isRunning } from '../../parts/process-identity.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const gone = { processId: process.pid, startTime: 'long ago' };

describe('a lock', () => {
  test('is held by one process only, and can be taken again when it is released', () => {
    const file = path.join(folder, 'lock');
    const first = tryLock(file);
    expect(tryLock(file)).toEqual({ holder: identify(process.pid) });
    if ('release' in first) first.release();
    expect(tryLock(file)).toHaveProperty('release');
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test.each([JSON.stringify(gone), '', 'half a li'])('of a process that is gone is taken over: %j', (text) => {
    const file = path.join(folder, 'lock');
    writeFileSync(file, text);
    expect(tryLock(file)).toHaveProperty('release');
    expect(readHolder(file)).toEqual(identify(process.pid));
  });

  test('tells a process from a later one with the same number', () => {
    expect(isRunning(gone)).toBe(false);
    expect(identify(process.pid)).toMatchObject({ processId: process.pid });
  });
});

describe('an installation', () => {
  const installation = (make: (temporary: string) => Promise<void>) => ({
    part: 'Any part',
    target: path.join(folder, 'thing'),
    megabytes: 1,
    report: () => {},
    make,
  });

  test('is made once when two want it at the same time', async () => {
    let times = 0;
    const make = async (temporary: string) => {
      times += 1;
      writeFileSync(temporary, 'whole');
    };
    await Promise.all([installOnce(installation(make)), installOnce(installation(make))]);
    expect(times).toBe(1);
    expect(readFileSync(path.join(folder, 'thing'), 'utf8')).toBe('whole');
    expect(readdirSync(folder)).toEqual(['thing']);
  });

  test('that fails leaves nothing, and neither does one that was killed', async () => {
    writeFileSync(path.join(folder, 'thing.partial-1'), 'of a killed one');
    const failing = installOnce(
      installation(async (temporary) => {
        writeFileSync(temporary, 'half');
        throw new Error('no network');
      }),
    );
    await expect(failing).rejects.toThrow('no network');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('says when there is too little space', async () => {
    const greedy = { ...installation(async () => {}), megabytes: 1e9 };
    await expect(installOnce(greedy)).rejects.toMatchObject({ name: 'PartError', reason: 'disk-full' });
  });

  test('says when its folder cannot be made', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    const misplaced = { ...installation(async () => {}), target: path.join(folder, 'file', 'thing') };
    await expect(installOnce(misplaced)).rejects.toMatchObject({ name: 'PartError', reason: 'not-permitted' });
    expect(existsSync(misplaced.target)).toBe(false);
  });
});

test('the cache is where XDG_CACHE_HOME says', () => {
  const before = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = folder;
  expect(cacheDirectory()).toBe(path.join(folder, 'durable-checkout'));
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
});
