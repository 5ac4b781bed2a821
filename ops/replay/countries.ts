import { type Country, countrySchema } from '../../contracts/identifiers.ts';

/** Countries as English order files write them, with their codes by ISO 3166-1. */
const codes: Readonly<Record<string, string>> = {
  Australia: 'AU',
  Austria: 'AT',
  Bahrain: 'BH',
  Belgium: 'BE',
  Bermuda: 'BM',
  Brazil: 'BR',
  Bulgaria: 'BG',
  Canada: 'CA',
  // One name for several islands; Jersey is the largest, and none of them has the tax of Great Britain.
  'Channel Islands': 'JE',
  China: 'CN',
  Croatia: 'HR',
  Cyprus: 'CY',
  'Czech Republic': 'CZ',
  Denmark: 'DK',
  EIRE: 'IE',
  Estonia: 'EE',
  Finland: 'FI',
  France: 'FR',
  Germany: 'DE',
  Greece: 'GR',
  'Hong Kong': 'HK',
  Hungary: 'HU',
  Iceland: 'IS',
  India: 'IN',
  Ireland: 'IE',
  Israel: 'IL',
  Italy: 'IT',
  Japan: 'JP',
  Korea: 'KR',
  Latvia: 'LV',
  Lebanon: 'LB',
  Lithuania: 'LT',
  Luxembourg: 'LU',
  Malta: 'MT',
  Mexico: 'MX',
  Morocco: 'MA',
  Netherlands: 'NL',
  'New Zealand': 'NZ',
  Nigeria: 'NG',
  Norway: 'NO',
  Poland: 'PL',
  Portugal: 'PT',
  Romania: 'RO',
  RSA: 'ZA',
  'Saudi Arabia': 'SA',
  Singapore: 'SG',
  Slovakia: 'SK',
  Slovenia: 'SI',
  'South Africa': 'ZA',
  Spain: 'ES',
  Sweden: 'SE',
  Switzerland: 'CH',
  Thailand: 'TH',
  Turkey: 'TR',
  USA: 'US',
  'United Arab Emirates': 'AE',
  'United Kingdom': 'GB',
  'United States': 'US',
};

/** What stands for a code of the standard in many files and forms. */
const unofficialCodes: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' };

/** The code that is meant by one that the standard does not have; `undefined` for all others. */
export function unofficialCode(name: string): string | undefined {
  return Object.hasOwn(unofficialCodes, name) ? unofficialCodes[name] : undefined;
}

/** The code of a country that is named in English or by its code; `undefined` when it is neither. */
export function countryCode(name: string): Country | undefined {
  const code = Object.hasOwn(codes, name) ? codes[name] : unofficialCode(name);
  return countrySchema.safeParse(code ?? name).data;
}
