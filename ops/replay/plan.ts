import { type CartLine, sumBySku } from '../../contracts/cart-lines.ts';
import { formatMoney, parseMinorUnits } from '../../contracts/currency.ts';
import { type CustomerId, customerIdSchema, type Sku, skuSchema } from '../../contracts/identifiers.ts';
import { largestAmount } from '../../contracts/money.ts';
import { wholeCharacters } from '../../contracts/whole-characters.ts';
import { longestProductName } from '../../services/catalog/contract.ts';
import { type CheckoutRequest, checkoutRequestSchema } from '../../workflows/checkout/contract.ts';
import { countryCode } from './countries.ts';
import type { FileLine } from './read.ts';
import { type Warning, warningsAbout } from './warnings.ts';

/** The currency of such a file. */
export const currency = 'GBP';

/** Why a line of the file is not ordered. The first one that holds is the line's reason. */
export const reasons = {
  cancellation: 'the invoice is a cancellation',
  'no-customer': 'the invoice has no customer',
  'invalid-customer': 'the customer is no id of letters, digits, dots, dashes and underscores',
  'not-a-product': 'the code does not begin with five digits: postage, a discount, a correction or a charge',
  'invalid-code': 'the code is no id of letters, digits, dots, dashes and underscores',
  'no-quantity': 'the quantity is not above zero',
  'no-price': 'the product was never sold at a price in whole pennies',
  'unknown-country': 'the country is unknown; write its code (ISO 3166-1)',
  'mixed-invoice': 'the invoice names several customers or countries',
  'not-a-checkout': 'the invoice is no order that a checkout takes',
} as const;

type Reason = keyof typeof reasons;

interface RefusedLine {
  readonly line: number;
  readonly invoice: string;
  readonly stockCode: string;
  readonly reason: Reason;
  readonly message: string;
}

export interface PlannedOrder {
  readonly request: CheckoutRequest;
  /** The lines of the file that it stands for. */
  readonly lines: readonly FileLine[];
  /** Goods before tax and shipping, in minor units. */
  readonly net: number;
}

export interface Plan {
  readonly customers: readonly { customerId: CustomerId; name: string; email: string; country: string }[];
  /** All that the shop sells, each with its price in minor units. */
  readonly products: readonly { sku: Sku; name: string; price: number }[];
  /** What the orders need, by SKU. */
  readonly stock: readonly CartLine[];
  /** In the order of the file. */
  readonly orders: readonly PlannedOrder[];
  /** In the order of the file. */
  readonly refused: readonly RefusedLine[];
  readonly warnings: readonly Warning[];
}

/**
 * What a shop's order lines come to: the customers, the products with their prices, the stock, one order for each
 * invoice, and why the other lines are not ordered. Every line is in one order or is refused for one reason.
 *
 * @param prefix begins every checkout id: the same file gives the same ids
 */
export function planReplay(lines: readonly FileLine[], prefix: string): Plan {
  const prices = pricesOf(lines);
  const orders: PlannedOrder[] = [];
  const refused: RefusedLine[] = [];
  for (const invoice of Map.groupBy(lines, ({ InvoiceNo }) => InvoiceNo).values()) {
    const orderable: FileLine[] = [];
    for (const line of invoice) {
      const reason = refusalOfLine(line, prices);
      if (reason) refused.push(refuse(line, reason));
      else orderable.push(line);
    }
    if (orderable.length === 0) continue;
    const order = toOrder(orderable, prices, prefix);
    if ('request' in order) orders.push(order);
    else refused.push(...orderable.map((line) => refuse(line, order.reason, order.message)));
  }
  return {
    customers: customersOf(lines),
    products: productsOf(lines, prices),
    stock: sumBySku(orders.flatMap(({ request }) => request.lines)),
    orders,
    refused: refused.sort((a, b) => a.line - b.line),
    warnings: warningsAbout(lines),
  };
}

/** Whether the invoice of a line takes an earlier one back. */
export const isCancellation = ({ InvoiceNo }: FileLine) => InvoiceNo.startsWith('C');
const isProduct = ({ StockCode }: FileLine) => /^\d{5}/.test(StockCode);

/**
 * The price in minor units at which each code was most often sold; of equally frequent ones the lowest. A price of 0 counts
 * only for a product that never had another one and that a customer got: in other lines it stands for a missing price.
 */
function pricesOf(lines: readonly FileLine[]): Map<string, number> {
  const sold = lines.flatMap(({ StockCode, Quantity, UnitPrice, CustomerID }) => {
    const price = parseMinorUnits(UnitPrice, currency);
    if (Quantity <= 0 || price === undefined || price > largestAmount) return [];
    return price > 0 || CustomerID !== '' ? [{ StockCode, price }] : [];
  });
  const prices = new Map<string, number>();
  for (const [code, sales] of Map.groupBy(sold, ({ StockCode }) => StockCode)) {
    const priced = sales.filter(({ price }) => price > 0);
    const [best] = [...Map.groupBy(priced.length > 0 ? priced : sales, ({ price }) => price)]
      .map(([price, { length: times }]) => ({ price, times }))
      .sort((a, b) => b.times - a.times || a.price - b.price);
    if (best) prices.set(code, best.price);
  }
  return prices;
}

function refusalOfLine(line: FileLine, prices: ReadonlyMap<string, number>): Reason | undefined {
  if (isCancellation(line)) return 'cancellation';
  if (line.CustomerID === '') return 'no-customer';
  if (!customerOf(line)) return 'invalid-customer';
  if (!isProduct(line)) return 'not-a-product';
  if (!skuSchema.safeParse(line.StockCode).success) return 'invalid-code';
  if (line.Quantity <= 0) return 'no-quantity';
  if (!prices.has(line.StockCode)) return 'no-price';
  if (!countryCode(line.Country)) return 'unknown-country';
  return undefined;
}

function refuse({ line, InvoiceNo, StockCode }: FileLine, reason: Reason, message: string = reasons[reason]) {
  return { line, invoice: InvoiceNo, stockCode: StockCode, reason, message };
}

function toOrder(
  lines: readonly FileLine[],
  prices: ReadonlyMap<string, number>,
  prefix: string,
): PlannedOrder | { readonly reason: Reason; readonly message?: string } {
  const [first] = lines;
  const country = countryCode(first?.Country ?? '');
  const isOther = (line: FileLine) => line.CustomerID !== first?.CustomerID || countryCode(line.Country) !== country;
  if (lines.some(isOther)) {
    return { reason: 'mixed-invoice' };
  }
  const net = lines.reduce((sum, { StockCode, Quantity }) => sum + Quantity * (prices.get(StockCode) ?? 0), 0);
  if (net > largestAmount) {
    const most = formatMoney(largestAmount, currency);
    return { reason: 'not-a-checkout', message: `the invoice comes to more than one payment carries, ${most}` };
  }
  const request = checkoutRequestSchema.safeParse({
    checkoutId: `${prefix}${first?.InvoiceNo}`,
    customerId: first?.CustomerID,
    lines: sumBySku(lines.map(({ StockCode, Quantity }) => ({ sku: StockCode as Sku, quantity: Quantity }))),
    currency,
    country,
    paymentMethod: 'pm_card_visa',
  });
  if (request.success) return { request: request.data, lines, net };
  const [issue] = request.error.issues;
  return {
    reason: 'not-a-checkout',
    message: `the invoice is no checkout: ${issue?.path.join('.')}: ${issue?.message}`,
  };
}

/** A mail address has no two dots in a row, so neither has the customer's id. */
export function customerOf({ CustomerID }: FileLine): CustomerId | undefined {
  return CustomerID.includes('..') ? undefined : customerIdSchema.safeParse(CustomerID).data;
}

/** The customers of all invoices that are no cancellations, with the country of their first one. */
export function customersOf(lines: readonly FileLine[]): Plan['customers'] {
  const customers = new Map<CustomerId, Plan['customers'][number]>();
  for (const line of lines) {
    const customerId = isCancellation(line) ? undefined : customerOf(line);
    const country = countryCode(line.Country);
    if (!customerId || !country || customers.has(customerId)) continue;
    // A mail address has at most 64 characters before the @.
    const name = customerId.length > 55 ? customerId : `customer-${customerId}`;
    const email = `${name}@shop.example`;
    customers.set(customerId, { customerId, name: `Customer ${customerId}`, email, country });
  }
  return [...customers.values()];
}

/** Every product with a price, named by its first description. */
function productsOf(lines: readonly FileLine[], prices: ReadonlyMap<string, number>): Plan['products'] {
  const names = new Map<string, string>();
  for (const { StockCode, Description } of lines) {
    if (Description && !names.has(StockCode)) names.set(StockCode, wholeCharacters(Description, longestProductName));
  }
  const codes = new Set(lines.filter(isProduct).map(({ StockCode }) => StockCode));
  return [...codes].flatMap((code) => {
    const sku = skuSchema.safeParse(code).data;
    const price = prices.get(code);
    return sku && price !== undefined ? [{ sku, name: names.get(code) ?? code, price }] : [];
  });
}
