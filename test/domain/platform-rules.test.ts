import { createHash } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { contentHash } from '../../platform/content-hash.ts';
import { startDeadline } from '../../platform/deadline.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the hash of a content', () => {
  test('is SHA-256 of its JSON with sorted keys, at every depth', () => {
    expect(contentHash({ b: [{ d: 1, c: 'x' }], a: null })).toBe(sha256('{"a":null,"b":[{"c":"x","d":1}]}'));
    expect(contentHash('text')).toBe(sha256('"text"'));
    expect(contentHash(undefined)).toBe(sha256(''));
  });

  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        const reversed = Object.fromEntries(Object.entries(content).reverse());
        expect(contentHash(reversed)).toBe(contentHash(content));
      }),
    );
  });

  test('depends on the order of a list, on every value, and on which key has it', () => {
    const contents = [[1, 2], [2, 1], { 0: 1, 1: 2 }, { a: 1 }, { a: '1' }, { b: 1 }, { a: { a: 1 } }, {}, [], null];
    expect(new Set(contents.map(contentHash)).size).toBe(contents.length);
  });
});

describe('a deadline', () => {
  const passing = (milliseconds: number, act: (pass: () => void) => void) => {
    let now = 1_000;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    try {
      act(() => {
        now += milliseconds;
      });
    } finally {
      clock.mockRestore();
    }
  };

  test('is what the caller wants, and at most what a client waits', () => {
    passing(0, () => {
      expect(startDeadline(250)()).toBe(250);
      expect(startDeadline(undefined)()).toBe(4_000);
      expect(startDeadline(60_000)()).toBe(4_000);
      expect(startDeadline(60_000, 10_000)()).toBe(10_000);
      expect(startDeadline(undefined, 10_000)()).toBe(10_000);
      expect(startDeadline(0)()).toBe(1);
    });
  });

  test('runs from its start over all tries, in whole milliseconds, and never below 1', () => {
    passing(100.4, (pass) => {
      const left = startDeadline(250);
      pass();
      expect(left()).toBe(150);
      pass();
      expect(left()).toBe(49);
      pass();
      expect(left()).toBe(1);
    });
  });
});
