import type { Currency } from '../../contracts/currency.ts';
import type { Country } from '../../contracts/identifiers.ts';

/** What it costs to ship one order, in minor units net of tax; nothing from `freeFrom` on. */
interface ShippingRate {
  readonly flat: number;
  /** Goods less discount, in minor units. */
  readonly freeFrom: number;
}

type ShippingRates = Readonly<Record<Currency, ShippingRate>>;

/** What depends on where an order is shipped to. */
export interface Rates {
  /** Hundredths of a percent. To a country that is not listed the shop does not sell: no rate is a guess. */
  readonly taxBasisPoints: Readonly<Partial<Record<Country, number>>>;
  readonly shipping: Readonly<Partial<Record<Country, ShippingRates>>>;
  /** For the countries that `shipping` does not list: in every currency the dearest. */
  readonly shippingElsewhere: ShippingRates;
}

/** The standard rates of value added tax in the European Union, as of January 2026. */
const europeanUnion: Readonly<Record<Country, number>> = {
  AT: 2000,
  BE: 2100,
  BG: 2000,
  CY: 1900,
  CZ: 2100,
  DE: 1900,
  DK: 2500,
  EE: 2400,
  ES: 2100,
  FI: 2550,
  FR: 2000,
  GR: 2400,
  HR: 2500,
  HU: 2700,
  IE: 2300,
  IT: 2200,
  LT: 2100,
  LU: 1700,
  LV: 2100,
  MT: 1800,
  NL: 2100,
  PL: 2300,
  PT: 2300,
  RO: 2100,
  SE: 2500,
  SI: 2200,
  SK: 2300,
};

/** Countries with a code of their own that levy the value added tax of another one. */
const taxedLikeAnother: Readonly<Record<Country, number>> = {
  // Article 7 of Directive 2006/112/EC takes Monaco for France and the Isle of Man for the United Kingdom.
  MC: 2000,
  IM: 2000,
};

/**
 * Exports, which are free of tax where they leave: countries outside of the areas in which the shop is registered. Listed
 * one by one, so that a country without a decision is refused instead of being sold to without tax.
 */
const exports = [
  // Parts of member states of the European Union outside of its VAT area (Article 6 of Directive 2006/112/EC) that have a
  // code of their own. Those without one (the Canary Islands, Ceuta, Helgoland, Livigno, Mount Athos) cannot be told from
  // their country, and pay its tax.
  'AX BL FO GF GL GP MF MQ NC PF PM RE TF WF YT AW BQ CW SX',
  // The Channel Islands, Gibraltar and the overseas territories of the United Kingdom.
  'AI BM FK GG GI GS IO JE KY MS PN SH TC VG',
  // Territories of the United States outside of its states.
  'AS GU MP PR UM VI',
  // Europe.
  'AD AL BA BY CH IS LI MD ME MK NO RS RU SJ SM TR UA VA',
  // Africa.
  'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RW SC',
  'SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW',
  // The Americas.
  'AG AR BB BO BR BS BZ CA CL CO CR CU DM DO EC GD GT GY HN HT JM KN LC MX NI PA PE PY SR SV TT UY VC VE',
  // Asia.
  'AE AF AM AZ BD BH BN BT CN GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG',
  'SY TH TJ TL TM TW UZ VN YE',
  // Oceania and Antarctica.
  'AQ AU BV CC CK CX FJ FM HM KI MH NF NR NU NZ PG PW SB TK TO TV VU WS',
].flatMap((line) => line.split(' '));

const toUnitedStates: ShippingRates = {
  USD: { flat: 599, freeFrom: 5_000 },
  EUR: { flat: 549, freeFrom: 4_500 },
  GBP: { flat: 479, freeFrom: 4_000 },
  JPY: { flat: 900, freeFrom: 7_500 },
};

const toGreatBritain: ShippingRates = {
  USD: { flat: 799, freeFrom: 7_500 },
  EUR: { flat: 699, freeFrom: 6_500 },
  GBP: { flat: 499, freeFrom: 5_000 },
  JPY: { flat: 1_200, freeFrom: 11_000 },
};

const toEuropeanUnion: ShippingRates = {
  USD: { flat: 799, freeFrom: 7_500 },
  EUR: { flat: 699, freeFrom: 6_500 },
  GBP: { flat: 599, freeFrom: 5_500 },
  JPY: { flat: 1_200, freeFrom: 11_000 },
};

const elsewhere: ShippingRates = {
  USD: { flat: 1_999, freeFrom: 15_000 },
  EUR: { flat: 1_799, freeFrom: 13_500 },
  GBP: { flat: 1_599, freeFrom: 12_000 },
  JPY: { flat: 3_000, freeFrom: 22_500 },
};

/** The shop's tables. */
export const rates: Rates = {
  taxBasisPoints: {
    ...Object.fromEntries(exports.map((country) => [country, 0])),
    US: 0,
    GB: 2000,
    ...europeanUnion,
    ...taxedLikeAnother,
  },
  shipping: {
    US: toUnitedStates,
    GB: toGreatBritain,
    ...Object.fromEntries(Object.keys(europeanUnion).map((country) => [country, toEuropeanUnion])),
  },
  shippingElsewhere: elsewhere,
};
