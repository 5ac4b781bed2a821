import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastLines, run } from '../../parts/command.ts';
import type { StartedProcess } from '../../parts/part.ts';
import { PartError } from '../../parts/part-error.ts';
import { accepts, choosePort } from '../../parts/ports.ts';
import { signalProcess } from '../../parts/process-identity.ts';
import type { RabbitMqServer } from '../../parts/rabbitmq-install.ts';
import {
  nodeEnvironment,
  nodeOrder,
  type RabbitMqNode,
  startNameServer,
  writeNodeFiles,
} from '../../parts/rabbitmq-node.ts';
import { killTree, stopProcess } from '../../parts/stop-process.ts';
import { Supervisor } from '../../parts/supervisor.ts';
import { waitUntil } from '../../parts/wait.ts';

export interface OwnBrokerOptions {
  readonly server: RabbitMqServer;
  /** More than one make a cluster. @default 1 */
  readonly nodes?: 1 | 3;
  /** More lines of `rabbitmq.conf`. */
  readonly settings?: readonly string[];
}

const startWithin = 120_000;
/** The seconds after which a node that does not answer is taken to be gone; the broker's default is 60. */
const tickSeconds = 8;

/** A broker of one test's own, of one node or three, which goes away with the process that started it. */
export class OwnBroker {
  readonly nodes: readonly OwnNode[];
  readonly #directory: string;
  readonly #supervisor: Supervisor;
  readonly #names: StartedProcess;

  private constructor(directory: string, supervisor: Supervisor, names: StartedProcess, nodes: readonly OwnNode[]) {
    this.#directory = directory;
    this.#supervisor = supervisor;
    this.#names = names;
    this.nodes = nodes;
  }

  static async start({ server, nodes: count = 1, settings = [] }: OwnBrokerOptions): Promise<OwnBroker> {
    const directory = mkdtempSync(path.join(tmpdir(), 'durable-checkout-broker-'));
    const supervisor = new Supervisor(directory);
    supervisor.removeLater([directory]);
    const names = await choosePort();
    const all: RabbitMqNode[] = [];
    for (let number = 1; number <= count; number += 1) {
      const inside = path.join(directory, `node-${number}`);
      mkdirSync(inside);
      const ports = { amqp: await choosePort(), distribution: await choosePort(), names };
      const log = `node-${number}.log`;
      all.push({
        name: `node-${number}@localhost`,
        directory: inside,
        logs: supervisor.logs,
        log,
        erlang: server.erlang,
        ports,
      });
    }
    const first = all[0] as RabbitMqNode;
    const nameServer = await startNameServer((order) => supervisor.start('RabbitMQ', order), {
      port: names,
      directory: first.directory,
      environment: nodeEnvironment(first),
    });
    const members = all.map(({ name }, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}`);
    // A node that was frozen comes back by itself only with this; left alone, the nodes of 3.10 stay apart.
    const partition = 'cluster_partition_handling = pause_minority';
    const cluster =
      count > 1 ? ['cluster_formation.peer_discovery_backend = classic_config', partition, ...members] : [];
    const nodes = all.map((node) => new OwnNode(node, server, supervisor, [...cluster, ...settings]));
    const broker = new OwnBroker(directory, supervisor, nameServer, nodes);
    try {
      await Promise.all(nodes.map((node) => node.start()));
      // Quorum queues that are declared before all nodes have joined have too few members.
      await nodes[0]?.control('await_online_nodes', String(count));
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await stopProcess(this.#names.identity, this.#names.stop);
    await this.#supervisor.dismiss();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** One node, which tests kill, freeze and start again. */
export class OwnNode {
  readonly name: string;
  readonly url: string;
  readonly #node: RabbitMqNode;
  readonly #script: string;
  readonly #supervisor: Supervisor;
  readonly #environment: NodeJS.ProcessEnv;
  #running: StartedProcess | undefined;

  constructor(node: RabbitMqNode, server: RabbitMqServer, supervisor: Supervisor, settings: readonly string[]) {
    this.name = node.name;
    this.url = `amqp://guest:guest@127.0.0.1:${node.ports.amqp}`;
    this.#node = node;
    this.#script = server.script;
    this.#supervisor = supervisor;
    const environment = nodeEnvironment(node);
    const erlang = `${environment['RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS']} -kernel net_ticktime ${tickSeconds}`;
    this.#environment = { ...environment, RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: erlang };
    const defaults = ['disk_free_limit.absolute = 50MB', 'vm_memory_high_watermark.absolute = 1GB'];
    const listener = `listeners.tcp.1 = 127.0.0.1:${node.ports.amqp}`;
    // One cookie for all: the nodes of a cluster know each other by it.
    writeNodeFiles(node.directory, {
      cookie: 'own-broker',
      settings: [listener, ...defaults, ...settings],
      plugins: [],
    });
  }

  /** Starts the node and waits until it serves; its data is what it was. Does nothing when it runs. */
  async start(): Promise<void> {
    if (this.#running) return;
    const { directory, ports, log } = this.#node;
    const started = this.#supervisor.start(
      'RabbitMQ',
      nodeOrder(this.#script, directory, this.#environment, `${log}-start`),
    );
    this.#running = started;
    const serves = () => accepts('127.0.0.1', ports.amqp);
    await waitUntil(async () => started.end() !== undefined || (await serves()), { within: startWithin, every: 100 });
    if (started.end() === undefined && (await serves())) return;
    throw new PartError('RabbitMQ', {
      reason: 'stopped-by-itself',
      happened: `Node ${this.name} did not serve: ${started.end() ?? 'no answer'}.\n${lastLines(readFileSync(started.log, 'utf8'))}`,
      remedy: 'Free what it needs, or correct its settings.',
    });
  }

  /** Kills the node as a power cut would. */
  async kill(): Promise<void> {
    if (this.#running) await killTree(this.#running.identity);
    this.#running = undefined;
  }

  freeze(): void {
    if (this.#running) signalProcess(this.#running.identity, 'SIGSTOP');
  }

  thaw(): void {
    if (this.#running) signalProcess(this.#running.identity, 'SIGCONT');
  }

  /** Runs `rabbitmqctl` on this node and returns what it printed. */
  control(...parameters: string[]): Promise<string> {
    const tool = path.join(path.dirname(this.#script), 'rabbitmqctl');
    return run(tool, ['-q', '-n', this.name, ...parameters], { environment: this.#environment, timeout: 60_000 });
  }
}
