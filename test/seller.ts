/** Who issues the invoices of tests, by the variables of the process that mails. */
export const sellerVariables = {
  SELLER_NAME: 'Harbour Goods GmbH',
  SELLER_ADDRESS: '1 Harbour Road, 20457 Hamburg, Germany',
  SELLER_TAX_ID: 'DE999999999',
  SELLER_IBAN: 'DE02120300000000202051',
  SELLER_BIC: 'BYLADEM1001',
};
