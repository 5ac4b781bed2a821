import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { isLoopback, shedShell } from '../../platform/shell.ts';

const shed = (environment: Record<string, string>) => {
  const shell: Record<string, string | undefined> = { ...environment };
  shedShell(shell);
  return shell;
};

describe('a process that sheds what its shell brings', () => {
  test('has no defaults of PostgreSQL, of scripts, and of telemetry that is not documented any more', () => {
    const kept = {
      PATH: '/bin',
      OTEL_TRACES_FILE: '/traces',
      OTEL_TRACES_SAMPLER_ARG: '1',
      PG: 'no name of PostgreSQL',
    };
    const unasked = {
      PGSSLMODE: 'require',
      PGOPTIONS: '-c a=1',
      CDPATH: '/',
      BASH_ENV: '/x',
      ENV: '/x',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      OTEL_SERVICE_NAME: 'x',
    };
    expect(shed({ ...kept, ...unasked })).toEqual(kept);
  });

  test('keeps only folders for temporary files that are there', () => {
    expect(shed({ TMPDIR: '/no/such/folder', TMP: '/etc/passwd', TEMP: tmpdir() })).toEqual({ TEMP: tmpdir() });
  });

  test.each([
    [{}, 'localhost,127.0.0.1,::1,[::1]', 'localhost,127.0.0.1,::1,[::1]'],
    [{ no_proxy: 'example.com, 127.0.0.1' }, 'example.com,127.0.0.1,localhost,::1,[::1]', undefined],
    [
      { NO_PROXY: 'example.com' },
      'example.com,localhost,127.0.0.1,::1,[::1]',
      'example.com,localhost,127.0.0.1,::1,[::1]',
    ],
    [{ no_proxy: '*' }, '*', '*'],
  ])('reaches this machine without a proxy: %j', (before, lower, upper = lower) => {
    const after = shed({ ...before, https_proxy: 'http://proxy:3128' });
    expect(after).toMatchObject({ https_proxy: 'http://proxy:3128', no_proxy: lower, NO_PROXY: upper });
    expect(after['no_grpc_proxy']).toContain('127.0.0.1');
    expect(after['no_grpc_proxy']).not.toContain('*');
  });

  test('says nothing about proxies where there are none', () => {
    expect(shed({ PATH: '/bin' })).toEqual({ PATH: '/bin' });
  });
});

test.each([
  ['127.0.0.1:7233', true],
  ['localhost', true],
  ['[::1]:7233', true],
  ['http://127.8.9.1/path', true],
  ['shop.tmprl.cloud:7233', false],
  ['https://127.0.0.1.example.com', false],
  ['10.0.0.1', false],
  ['', false],
])('whether an address is one of this machine alone: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
