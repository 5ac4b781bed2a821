import { FakeServices } from './fake-services.ts';

const rent = { description: 'Rent', unitPrice: 10_000, taxRate: 800, currency: 'EUR' };

/** The services with a community of so many residents; each 50th of them owes nothing. */
export function servicesOf(residents: number): FakeServices {
  const services = new FakeServices();
  services.communities.residents = communityOf(residents);
  return services;
}

/** So many residents; each 50th of them owes nothing. */
export const communityOf = (residents: number) =>
  Array.from({ length: residents }, (_, index) => ({
    customerId: `c-${String(index).padStart(6, '0')}`,
    movedIn: '2020-01-01',
    charges: index % 50 === 49 ? [] : [rent],
  })) as unknown as FakeServices['communities']['residents'];
