/** The chart of accounts, as the migrations have it. */
export const accounts = {
  cash: '1000',
  providerClearing: '1050',
  disputedFunds: '1060',
  receivable: '1200',
  payable: '2100',
  taxPayable: '2200',
  customerCredit: '2300',
  netPay: '2400',
  withholding: '2410',
  revenue: '4000',
  shippingRevenue: '4100',
  returns: '4900',
  expense: '5100',
  grossSalaries: '5200',
  disputeFees: '5300',
  disputeLosses: '5310',
  encumbrance: '9100',
  encumbranceReserve: '9200',
} as const;

export type Account = (typeof accounts)[keyof typeof accounts];
