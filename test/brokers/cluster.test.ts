import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Balancer, openBalancer } from './balancer.ts';
import { Load, type LoadFigures } from './load.ts';
import { OwnBroker, type OwnNode } from './own-broker.ts';
import { testedServer } from './servers.ts';

const patience = 300_000;

let cluster: OwnBroker;
let balancer: Balancer;
let load: Load;
const figures: Record<string, LoadFigures> = {};

beforeEach(async () => {
  cluster = await OwnBroker.start({ server: await testedServer(), nodes: 3 });
  balancer = await openBalancer(cluster.nodes.map(({ url }) => url));
  load = await Load.start(balancer.url);
}, patience);

afterEach(async () => {
  await balancer.close();
  await cluster.stop();
}, patience);

afterAll(() => console.table(figures));

/** The node that leads the load's work queue, and the other two. */
async function members(): Promise<{ leader: OwnNode; followers: readonly OwnNode[] }> {
  const lines = (await cluster.nodes[0]?.control('list_queues', 'name', 'leader')) ?? '';
  const [, name] =
    lines
      .split('\n')
      .map((line) => line.split('\t'))
      .find(([queue]) => queue === load.queue.work) ?? [];
  const leader = cluster.nodes.find((node) => node.name === name);
  if (!leader) throw new Error(`${load.queue.work} has no leader: ${lines}`);
  return { leader, followers: cluster.nodes.filter((node) => node !== leader) };
}

/** Everything that was confirmed was handled once, and the sequence of each subject is whole. */
async function expectNothingLost(what: string): Promise<void> {
  const found = await load.stop();
  figures[what] = found;
  expect(found).toMatchObject({
    handled: found.published,
    lost: 0,
    handledTwice: 0,
    gaps: 0,
  });
}

test(
  'the node that leads the queue is killed',
  async () => {
    const { leader } = await members();

    await leader.kill();
    await load.progress();
    await leader.start();
    await load.progress();

    await expectNothingLost('leader killed');
  },
  patience,
);

test(
  'a node that follows is killed',
  async () => {
    const { followers } = await members();

    await followers[0]?.kill();
    await load.progress();
    await followers[0]?.start();
    await load.progress();

    await expectNothingLost('follower killed');
  },
  patience,
);

test(
  'the node that leads the queue freezes',
  async () => {
    const { leader } = await members();

    leader.freeze();
    await load.progress();
    leader.thaw();
    await load.progress();

    await expectNothingLost('leader frozen');
  },
  patience,
);

test(
  'two of three nodes are lost, and publishing goes on when one is back',
  async () => {
    const { leader, followers } = await members();
    const [first, second] = [leader, followers[0] as OwnNode];

    await Promise.all([first.kill(), second.kill()]);
    await load.publishFailed();
    await first.start();
    await load.progress();
    await second.start();
    await load.progress();

    await expectNothingLost('quorum lost');
  },
  patience,
);
