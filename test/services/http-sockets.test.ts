import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { z } from 'zod';
import { defineHttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';

const contract = defineHttpContract({
  name: 'library',
  version: '1.0.0',
  summary: 'Books',
  operations: {
    putBook: {
      method: 'PUT',
      path: '/books/:isbn',
      access: 'public',
      summary: 'Puts a book on the shelf',
      input: z.strictObject({ isbn: z.string(), title: z.string() }),
      output: z.object({}),
      failures: [],
    },
  },
});

interface Entry {
  readonly level: number;
  readonly msg: string;
  readonly failure?: string;
}

let server: Running;
let calls = 0;
const log: Entry[] = [];
const logger = pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) });

beforeAll(async () => {
  const handlers = {
    putBook: async () => {
      calls++;
      return {};
    },
  };
  const limits = { headersTimeoutMs: 100, requestTimeoutMs: 200 };
  server = await serveHttp(contract, handlers, { port: 0, access: 'everyone', logger, limits });
});

afterAll(() => server.stop());

/** Sends the beginning of a request and then nothing, and returns what comes until the server ends the connection. */
function send(text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { hostname, port } = new URL(server.address);
  const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text));
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  socket.on('end', () => resolve(received));
  socket.on('error', reject);
  return promise;
}

function read(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const type = /^content-type: (.*)$/im.exec(head)?.[1];
  return { status: Number(head.split(' ')[1]), type, problem: JSON.parse(body) };
}

const headers = 'host: library\r\ncontent-type: application/json\r\n';

describe('a request on the wire', () => {
  test.each([
    [
      'a body that trickles',
      `PUT /books/1 HTTP/1.1\r\n${headers}content-length: 20\r\n\r\n{"ti`,
      408,
      'RequestTimeout',
    ],
    [
      'a body in chunks that never end',
      `PUT /books/1 HTTP/1.1\r\n${headers}transfer-encoding: chunked\r\n\r\n3\r\n{"t\r\n`,
      408,
      'RequestTimeout',
    ],
    ['headers that never end', `PUT /books/1 HTTP/1.1\r\n${headers}`, 408, 'RequestTimeout'],
    ['an address that is too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: library\r\n\r\n`, 414, 'UriTooLong'],
    [
      'headers that are too large',
      `GET /health HTTP/1.1\r\nhost: library\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HeadersTooLarge',
    ],
    ['no HTTP at all', 'HELLO\r\n\r\n', 400, 'InvalidRequest'],
    ['a method that HTTP does not know', `BREW /books/1 HTTP/1.1\r\n${headers}\r\n`, 400, 'InvalidRequest'],
  ])('with %s is answered with a problem and ended', async (_, text, status, failure) => {
    const answer = read(await send(text));
    expect(answer).toMatchObject({
      status,
      type: 'application/problem+json',
      problem: { type: `urn:durable-checkout:failure:${failure}`, status, detail: expect.any(String) },
    });
    expect(calls).toBe(0);
  });

  test('that breaks off is logged as what it is, not as a service that is away', async () => {
    log.length = 0;
    const { hostname, port } = new URL(server.address);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(`PUT /books/1 HTTP/1.1\r\n${headers}content-length: 20\r\n\r\n{"ti`, () => socket.resetAndDestroy());
    while (log.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([
      expect.objectContaining({
        msg: 'PUT /books/1: the caller closed the connection while it was sending',
        level: 30,
      }),
    ]);
    expect(calls).toBe(0);
  });
});
