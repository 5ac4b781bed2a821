import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { describeTopology } from '../../messaging/topology/topology.ts';

const topologyOf = (type: string, queue = 'all.events.v1') =>
  describeTopology({
    system: 'test',
    contracts: { Happened: { type, publisher: 'test', when: 'It happens.', data: z.object({}) } },
    subscriptions: [{ name: 'all', queue, events: ['Happened'] }],
  });

test.each(['purchasing.variance.found.v1', 'checkout.place-order.v12', 'voucher.voucher.sold.v1'])(
  'an event may be of the type %s, by which its queues are bound',
  (type) => {
    expect(topologyOf(type).queues[0]?.routingKeys).toEqual([type]);
  },
);

test.each(['sold.v1', 'voucher.sold', 'voucher.sold.v0', 'voucher.sold.v1.5', 'Voucher.Sold.v1', 'voucher..v1', ''])(
  'a topology refuses the type %j, and says which form it takes',
  (type) => {
    expect(() => topologyOf(type)).toThrow(/<context>\.<aggregate>\.<event>\.v<major>/);
  },
);

test('a queue has its version in its name', () => {
  expect(topologyOf('purchasing.order.placed.v1', 'ventures.vouchers.v2').queues[0]?.work).toBe('ventures.vouchers.v2');
  expect(() => topologyOf('purchasing.order.placed.v1', 'ventures')).toThrow('write ventures.v1');
});
