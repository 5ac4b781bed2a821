import { sumBySku } from '../../contracts/cart-lines.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Country, Sku } from '../../contracts/identifiers.ts';
import { largestAmount } from '../../contracts/money.ts';
import { refusals } from '../../contracts/refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Product, Quote, QuoteRequest } from './contract.ts';
import type { Rates } from './rates.ts';

interface PricedLine {
  readonly sku: Sku;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly quantityDiscount: Product['quantityDiscount'];
}

/**
 * What a cart costs: goods at their unit prices, less the quantity discount of each product, plus shipping by country
 * (free from a value on, and where the goods cost nothing), plus the tax of the country that it is shipped to on all of these. A line's discount and the
 * order's tax are rounded half up. Amounts are in minor units of the currency that was asked for.
 *
 * @param products those of the cart, by their SKU
 * @throws {ServiceFailure} `UnknownProduct`; `InvalidRequest` when a product has no price in the currency, the shop does
 * not sell to the country, or the cart costs more than one payment can carry
 */
export function quoteCart(products: ReadonlyMap<Sku, Product>, request: QuoteRequest, rates: Rates): Quote {
  const { currency, country } = request;
  const lines = sumBySku(request.lines).map((line) => priceLine(line, products, request));

  // 1,000 lines of a million pieces are more than a number holds exactly; a bigint holds whatever comes.
  const goods = sum(lines.map(goodsOf));
  const discount = sum(lines.map(discountOf));
  const { flat, freeFrom } = (rates.shipping[country] ?? rates.shippingElsewhere)[currency];
  const value = goods - discount;
  const shipping = value > 0n && value < freeFrom ? BigInt(flat) : 0n;
  const tax = share(value + shipping, taxOf(country, rates));
  const total = value + shipping + tax;
  const largest = goods > total ? goods : total;
  if (largest > largestAmount) {
    throw new ServiceFailure(
      'InvalidRequest',
      `lines: the cart comes to ${formatMoney(largest, currency)}, one order carries at most ` +
        `${formatMoney(largestAmount, currency)}; split it into several orders`,
      { field: 'lines' },
    );
  }
  return {
    lines: lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice })),
    amounts: {
      currency,
      goods: Number(goods),
      discount: Number(discount),
      shipping: Number(shipping),
      tax: Number(tax),
      total: Number(total),
    },
    priceVersion: priceVersionOf(lines),
  };
}

/** What no table lists is refused: a rate that is made up costs the shop the tax. */
function taxOf(country: Country, { taxBasisPoints }: Rates): number {
  const rate = taxBasisPoints[country];
  if (rate === undefined) {
    throw new ServiceFailure(
      'InvalidRequest',
      `country: the shop does not sell to ${country}; choose another country`,
      {
        field: 'country',
        facts: { country },
      },
    );
  }
  return rate;
}

function priceLine(
  { sku, quantity }: Pick<PricedLine, 'sku' | 'quantity'>,
  products: ReadonlyMap<Sku, Product>,
  { lines, currency }: QuoteRequest,
): PricedLine {
  const field = `lines.${lines.findIndex((line) => line.sku === sku)}.sku`;
  const product = products.get(sku);
  if (!product) throw unknownProduct(sku, field);
  const unitPrice = product.prices[currency];
  if (unitPrice === undefined) {
    const sold = Object.keys(product.prices).join(', ') || 'no currency';
    throw new ServiceFailure(
      'InvalidRequest',
      `${field}: ${sku} has no price in ${currency}, it is sold in ${sold}; choose another currency or leave it out`,
      { field, facts: { sku, currency } },
    );
  }
  return { sku, quantity, unitPrice, quantityDiscount: product.quantityDiscount };
}

const goodsOf = ({ quantity, unitPrice }: PricedLine): bigint => BigInt(quantity) * BigInt(unitPrice);

function discountOf(line: PricedLine): bigint {
  const { quantity, quantityDiscount } = line;
  return quantityDiscount && quantity >= quantityDiscount.minimumQuantity
    ? share(goodsOf(line), quantityDiscount.basisPoints)
    : 0n;
}

/** So many hundredths of a percent of an amount that is not negative, rounded half up. */
const share = (amount: bigint, basisPoints: number): bigint => (amount * BigInt(basisPoints) + 5_000n) / 10_000n;

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

const priceVersionOf = (lines: readonly PricedLine[]): string =>
  contentHash(lines.map(({ sku, unitPrice, quantityDiscount }) => [sku, unitPrice, quantityDiscount])).slice(0, 16);

/** The catalog has no product of this SKU. @param field where the request names it */
export function unknownProduct(sku: string, field?: string): ServiceFailure {
  return new ServiceFailure(refusals.UnknownProduct, `the catalog has no product ${sku}`, { field, facts: { sku } });
}
