import { describe, expect, test } from '@jest/globals';
import { mailAddressSchema } from '../../contracts/mail-address.ts';

describe('a mail address', () => {
  test.each([
    'ada@example.com',
    'kunde@xn--80ak6aa92e.xn--p1ai',
    'kunde@пример.рф',
    'a&b@example.com',
    'o/brien@example.com',
    "o'brien@example.com",
    "!#$%&'*+/=?^_`{|}~-@example.com",
    'first.last+tag@sub.example.co.uk',
    'jürgen@example.de',
    '用户@例子.公司',
    '"a,b"@example.com',
    '"a\\"b"@example.com',
    'a@[192.0.2.1]',
    'a@[IPv6:2001:db8::1]',
    '1@1.example',
    `${'a'.repeat(64)}@example.com`,
    `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(60)}`,
  ])('is %s', (address) => {
    expect(mailAddressSchema.parse(address)).toBe(address);
  });

  test.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'ada@@example.com',
    'a@b@example.com',
    'a b@example.com',
    ' ada@example.com',
    'ada@example.com ',
    'ada@example.com\n',
    'ada\u0000@example.com',
    'ada\u0085@example.com',
    'ada\u00a0@example.com',
    'ada\ud800@example.com',
    '.ada@example.com',
    'ada.@example.com',
    'a..b@example.com',
    'a@example..com',
    'a@.example.com',
    'a@example.com.',
    'a@-example.com',
    'a@example-.com',
    'a@exa_mple.com',
    'a@192.0.2.1',
    'a@[192.0.2.256]',
    'a@[IPv6:2001:db8::g]',
    'a@[example.com]',
    'Ada <ada@example.com>',
    '<ada@example.com>',
    'ada@example.com,eve@example.com',
    '"a b"@example.com',
    '"a>b"@example.com',
    '"a"b"@example.com',
    '"\r\nBcc: eve@example.com"@example.com',
    `${'a'.repeat(65)}@example.com`,
    `${'ü'.repeat(33)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(61)}`,
  ])('is not %j', (address) => {
    expect(mailAddressSchema.safeParse(address).error?.issues[0]?.message).toContain('such as ada@example.com');
  });
});
