import { z } from 'zod';
import { quote } from './foreign-text.ts';

/**
 * The codes that ISO 3166-1 alpha-2 has officially assigned, as published by the ISO 3166 Maintenance Agency
 * (https://www.iso.org/obp/ui/#search/code/). Reserved codes (UK, EU, IC, …) and those for private use (XK, ZZ, …) are not
 * among them.
 */
export const countries: ReadonlySet<string> = new Set(
  [
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ',
    'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR',
    'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT',
    'JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP',
    'MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA',
    'RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT',
    'TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW',
  ].flatMap((line) => line.split(' ')),
);

/** What is written instead of a code of the standard, and the code that is meant. */
const meant: Readonly<Record<string, string>> = {
  // VAT numbers have prefixes of their own for Greece and Northern Ireland; the United Kingdom has a reserved code.
  EL: 'GR',
  XI: 'GB',
  UK: 'GB',
  // Reserved for parts of a country.
  AC: 'SH',
  DG: 'IO',
  EA: 'ES',
  FX: 'FR',
  IC: 'ES',
  TA: 'SH',
  // Withdrawn, with one successor.
  BU: 'MM',
  DD: 'DE',
  TP: 'TL',
  ZR: 'CD',
};

function explain(input: unknown): string {
  if (typeof input !== 'string') return 'a country is two capital letters (ISO 3166-1 alpha-2), such as US';
  const code = input.trim().toUpperCase();
  const hint = Object.hasOwn(meant, code) ? meant[code] : countries.has(code) ? code : undefined;
  return hint
    ? `${quote(input)} is no country code of ISO 3166-1; use ${hint}`
    : `${quote(input)} is no country code of ISO 3166-1 alpha-2, which are two capital letters such as US`;
}

/** ISO 3166-1 alpha-2, upper case: a country of the standard, not two letters. */
export const countrySchema = z
  .string({ error: (issue) => (issue.input === undefined ? 'is required' : explain(issue.input)) })
  .regex(/^[A-Z]{2}$/, { error: (issue) => explain(issue.input), abort: true })
  .refine((code) => countries.has(code), { error: (issue) => explain(issue.input) });

export type Country = z.infer<typeof countrySchema>;
