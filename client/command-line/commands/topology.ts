import type { ChannelModel } from 'amqplib';
import type { Command } from 'commander';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { standardTopology } from '../../../events/standard-topology.ts';
import { close } from '../../../messaging/amqp/close.ts';
import { BrokerUnavailableError } from '../../../messaging/connection/errors.ts';
import { migrateTopology, planMigration } from '../../../messaging/migration/migration.ts';
import { ConsumersAttachedError } from '../../../messaging/migration/queue-mover.ts';
import { type ComparedObject, compareTopology, storeOf } from '../../../messaging/topology/comparison.ts';
import { declarationsOf, declareTopology } from '../../../messaging/topology/declarations.ts';
import { type Mismatch, TopologyMismatchError } from '../../../messaging/topology/mismatch.ts';
import { ConfigurationError } from '../../../platform/configuration.ts';
import { table } from '../../../platform/table.ts';
import type { Act } from '../act.ts';
import type { Answer } from '../answer.ts';
import { complain } from '../complaint.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';

export function addTopologyCommand(program: Command, act: Act): void {
  const topology = repeatable(program.command('topology'))
    .description("the broker's exchanges, queues and bindings, as they are described")
    .option('--compare', 'compare the broker with the description')
    .action(
      act(async (session, { compare, watch }: { compare?: true; watch?: true }, command: Command) => {
        if (watch && !compare) command.error('--watch needs --compare: the description stays as it is');
        return compare ? onBroker(session, compareWithBroker) : describe();
      }),
    );
  topology
    .command('declare')
    .description('declare what is missing, before the processes start')
    .action(
      act(async (session, _: object, command: Command) => {
        refuseOptionsOf(topology, command);
        return onBroker(session, declare);
      }),
    );
  topology
    .command('migrate')
    .description('redeclare queues that differ from the description; their messages are kept')
    .option('--dry-run', 'say what would be done')
    .action(
      act(async (session, { dryRun }: { dryRun?: true }, command: Command) => {
        refuseOptionsOf(topology, command);
        return onBroker(session, dryRun ? planOnly : migrate);
      }),
    );
}

/** Commander gives the options of a command to those above it, too. */
function refuseOptionsOf(parent: Command, command: Command): void {
  const [other] = Object.keys(parent.opts());
  if (other) command.error(`${command.name()} has no --${other}`);
}

function describe(): Answer {
  const document = declarationsOf(standardTopology);
  const text = [
    table(
      ['exchange', 'type', 'what no queue takes goes to'],
      document.exchanges.map(({ name, type, alternateExchange = '' }) => [name, type, alternateExchange]),
    ),
    table(
      ['queue', 'arguments'],
      document.queues.map(({ name, arguments: values }) => [name, inWords(values)]),
    ),
    table(
      ['from exchange', 'routing key', 'to queue'],
      document.bindings.map(({ exchange, routingKey, queue }) => [exchange, routingKey, queue]),
    ),
  ].join('\n\n');
  return { document, text };
}

const inWords = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name.replace(/^x-/, '')}=${value === '' ? "''" : value}`)
    .join(' ');

async function compareWithBroker(model: ChannelModel): Promise<Answer> {
  const objects = await compareTopology(model, standardTopology);
  const wrong = objects.filter(({ state, isUnfinished }) => state !== 'as described' || isUnfinished);
  const remedy = wrong.some(
    ({ kind, state, isUnfinished }) => kind === 'queue' && (state === 'different' || isUnfinished),
  )
    ? '`topology migrate` mends queues that differ'
    : '`topology declare` declares what is missing';
  return {
    document: { objects },
    text: tableOf(objects),
    ...(wrong.length > 0 && {
      complaint: complain({
        type: 'Incomplete',
        message: `${wrong.length} of ${objects.length} are not as described; ${remedy}`,
      }),
    }),
  };
}

function tableOf(objects: readonly ComparedObject[]): string {
  return table(
    ['kind', 'name', 'on the broker', 'messages', 'consumers', 'differences'],
    objects.map(({ kind, name, state, messages = '', consumers = '', differences, isUnfinished }) => [
      kind,
      name,
      isUnfinished ? `${state}, migration unfinished` : state,
      messages,
      consumers,
      differences.map(differenceInWords).join(', '),
    ]),
  );
}

const differenceInWords = ({ argument, actual, expected }: Omit<Mismatch, 'object'>) =>
  `${argument} is ${actual || "''"} instead of ${expected || "''"}`;

async function planOnly(model: ChannelModel): Promise<Answer> {
  const { queues, exchanges } = await planMigration(model, standardTopology);
  const steps = queues.map(({ name, state, consumers = 0 }) => {
    const back = `bring its messages back from ${storeOf(name)}`;
    const first = consumers > 0 ? `refused while ${consumers} consume it: stop them; then ` : '';
    return `${name}: ${state === 'different' ? `${first}set its messages aside, delete it, redeclare it, ${back}` : back}`;
  });
  const left = exchanges.map(({ name }) => `exchange ${name}: left alone; delete it while nothing is published`);
  const plan = [...steps, ...left];
  const text = plan.length > 0 ? `${tableOf([...queues, ...exchanges])}\n\n${plan.join('\n')}` : nothingToDo;
  return { document: { queues, exchanges, plan }, text };
}

async function declare(model: ChannelModel): Promise<Answer> {
  await declareTopology(model, standardTopology);
  const { exchanges, queues, bindings } = declarationsOf(standardTopology);
  const declared = { exchanges: exchanges.length, queues: queues.length, bindings: bindings.length };
  const counts = Object.entries(declared).map(([what, count]) => `${count} ${what}`);
  return { document: declared, text: `declared as described: ${counts.join(', ')}` };
}

const nothingToDo = 'nothing to do: every queue is as described';

async function migrate(model: ChannelModel, { json }: Session): Promise<Answer> {
  const steps: string[] = [];
  const messages = await migrateTopology(model, standardTopology, (line) => {
    steps.push(line);
    // A step with many messages takes its time.
    if (!json) process.stderr.write(`${line}\n`);
  });
  return { document: { steps, messages }, text: steps.length > 0 ? 'every queue is as described now' : nothingToDo };
}

type Work = (model: ChannelModel, session: Session) => Promise<Answer>;

async function onBroker(session: Session, work: Work): Promise<Answer> {
  const url = session.addresses['AMQP_URL'];
  if (!url) throw new ConfigurationError('AMQP_URL is missing: start the system with `npm start`, or set it');
  const [{ dialBroker }, { explainMissingPermission }] = await Promise.all([
    import('../../../messaging/connection/dial.ts'),
    import('../../../messaging/connection/refusal.ts'),
  ]);
  let model: ChannelModel | undefined;
  try {
    model = await dialBroker({ url, name: 'topology' });
    return await work(model, session);
  } catch (error) {
    if (error instanceof ConsumersAttachedError || error instanceof TopologyMismatchError)
      throw new ServiceFailure('InvalidState', error.message);
    if (error instanceof BrokerUnavailableError) throw new ServiceFailure('Unavailable', error.message);
    throw explainMissingPermission(error) ?? error;
  } finally {
    if (model) await close(model);
  }
}
