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
  /** Hundredths of a percent; a country that is not listed is an export, which is free of tax. */
  readonly taxBasisPoints: Readonly<Partial<Record<Country, number>>>;
  readonly shipping: Readonly<Partial<Record<Country, ShippingRates>>>;
  /** For the countries that `shipping` does not list. */
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
  taxBasisPoints: { US: 0, GB: 2000, ...europeanUnion },
  shipping: {
    US: toUnitedStates,
    GB: toGreatBritain,
    ...Object.fromEntries(Object.keys(europeanUnion).map((country) => [country, toEuropeanUnion])),
  },
  shippingElsewhere: elsewhere,
};
