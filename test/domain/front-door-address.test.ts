import { describe, expect, test } from '@jest/globals';
import { batches } from '../../client/batches.ts';
import { openFrontDoor } from '../../client/front-door.ts';
import { addressesFor } from '../../client/services.ts';

describe('the front door that a command calls', () => {
  const running = {
    API_URL: 'http://127.0.0.1:8080',
    ACCESS_TOKEN_FILE: 'own.token',
    LEDGER_URL: 'http://127.0.0.1:1',
  };

  test.each([
    ['no address', {}],
    ['the same address', { API_URL: running.API_URL }],
    ['an empty address', { API_URL: '' }],
  ])('is that of the system that runs here, where a shell names %s', (_, shell) => {
    expect(addressesFor(shell, running)).toEqual(running);
  });

  test('is another one, and nothing of the one that runs here is used, where a shell names it', () => {
    expect(addressesFor({ API_URL: 'https://shop.example' }, running)).toEqual({});
  });

  test.each([
    ['no address', {}, /^no running system was found: start one with `npm start`, or set API_URL$/],
    ['what is no address', { API_URL: 'shop.example' }, /^API_URL is wrong: /],
    ['an address in clear text beyond this machine', { API_URL: 'http://shop.example' }, /API_URL .+ in clear text/],
  ])('is not called by %s', (_, addresses, message) => {
    expect(() => openFrontDoor(addresses)).toThrow(message);
  });
});

describe('what is sent in one call', () => {
  test('is as many as fit by number', () => {
    expect(batches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(batches([], 2)).toEqual([]);
  });

  test('is as many as fit by bytes, and what is too large is alone', () => {
    const [small, large] = ['é'.repeat(10), 'x'.repeat(100)];
    expect(batches([small, small, small, large, small], 10, 50)).toEqual([[small, small], [small], [large], [small]]);
  });
});
