import { z } from 'zod';

/** A character beyond ASCII (RFC 6531) that is no control character, no space and no half of a surrogate pair. */
const international = /[^\p{ASCII}\p{Cc}\p{Cs}\p{Z}\p{Bidi_Control}]/u.source;
const atom = `(?:${/[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]/u.source}|${international})+`;
/** Without blanks, angle brackets and a second `@`: mail servers refuse them, though the RFC allows them. */
const quoted = `"(?:${/[!#-;=?A-[\]-~]/u.source}|${international}|${/\\["\\]/u.source})+"`;
const localPart = new RegExp(`^(?:${atom}(?:\\.${atom})*|${quoted})$`, 'u');

const label = /[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?/u.source;
/** Fully qualified; the last label is not all digits: that would be an IP address without brackets. */
const domain = new RegExp(`^(?:${label}\\.)+(?!\\d+$)${label}$`, 'u');

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ipv4Literal = new RegExp(`^\\[${octet}(?:\\.${octet}){3}\\]$`);

const lengthOf = (text: string) => new TextEncoder().encode(text).length;

function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [local, host] = [text.slice(0, at), text.slice(at + 1)];
  // RFC 5321 counts octets: 64 before the @, 256 for the whole path with its angle brackets.
  if (at < 1 || lengthOf(local) > 64 || lengthOf(text) > 254) return false;
  return localPart.test(local) && (domain.test(host) || ipv4Literal.test(host) || isIpv6Literal(host));
}

function isIpv6Literal(host: string): boolean {
  const address = /^\[IPv6:([0-9A-Fa-f:]{2,39})\]$/.exec(host)?.[1];
  return address !== undefined && z.ipv6().safeParse(address).success;
}

/**
 * A mail address as RFC 5321 defines it, with the characters of RFC 6531 (UTF-8 before and after the @). Its domain is
 * fully qualified; its form is checked, not whether it exists.
 */
export const mailAddressSchema = z
  .string()
  .refine(isMailAddress, 'a mail address has a name, @ and a domain (RFC 5321, RFC 6531), such as ada@example.com')
  .meta({ format: 'idn-email' });
