import { describe, expect, test } from '@jest/globals';
import { roleEnvironment } from '../../ops/system/role-environment.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';

describe('the seller', () => {
  test('is read with its IBAN in groups, however it was written', () => {
    expect(readSeller({ ...sellerVariables, SELLER_IBAN: 'de02 1203 0000 0000 2020 51' })).toEqual({
      name: 'Harbour Goods GmbH',
      address: ['1 Harbour Road', '20457 Hamburg', 'Germany'],
      taxId: 'DE999999999',
      iban: 'DE02 1203 0000 0000 2020 51',
      bic: 'BYLADEM1001',
    });
  });

  test.each(['SELLER_NAME', 'SELLER_ADDRESS', 'SELLER_TAX_ID', 'SELLER_IBAN'])('lacks nothing: %s', (name) => {
    expect(() => readSeller({ ...sellerVariables, [name]: undefined })).toThrow(`${name} is missing`);
  });

  test('may have no BIC', () => {
    expect(readSeller({ ...sellerVariables, SELLER_BIC: '' }).bic).toBeUndefined();
  });

  test.each([
    ['SELLER_NAME', ' '],
    ['SELLER_NAME', 'x'.repeat(101)],
    ['SELLER_NAME', 'Harbour\nGoods'],
    ['SELLER_ADDRESS', ', ,'],
    ['SELLER_ADDRESS', '1,2,3,4,5,6,7'],
    ['SELLER_TAX_ID', 'x'.repeat(41)],
    ['SELLER_IBAN', 'DE02120300000000202052'],
    ['SELLER_IBAN', 'DE02'],
    ['SELLER_IBAN', 'XX02120300000000202051'],
    ['SELLER_BIC', 'BYLA'],
  ])('is refused by the name of its variable: %s=%j', (name, value) => {
    expect(() => readSeller({ ...sellerVariables, [name]: value })).toThrow(`${name} is wrong: `);
  });
});

describe('the environment of a process of the system', () => {
  const local = { temporal: false, reachesOut: false };

  test('names the seller of the demonstration where a shell names none', () => {
    expect(readSeller(roleEnvironment({}, local, {}))).toMatchObject({ name: 'Harbour Goods GmbH' });
  });

  test('never mixes the two: nobody is to pay into the account of another seller', () => {
    const { SELLER_NAME } = sellerVariables;
    expect(() => readSeller(roleEnvironment({}, local, { SELLER_NAME }))).toThrow('SELLER_IBAN is missing');
    expect(readSeller(roleEnvironment({}, local, { ...sellerVariables, SELLER_NAME: 'Others' })).name).toBe('Others');
  });
});
