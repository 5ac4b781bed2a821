import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { BridgePlugin } from '../../bridge/index.ts';
import { parcelEvents, parcelTopology } from './events.ts';

const { TEMPORAL_ADDRESS = '127.0.0.1:7233', AMQP_URL = 'amqp://127.0.0.1' } = process.env;

const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  taskQueue: 'parcels',
  workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  plugins: [await BridgePlugin.connect({ url: AMQP_URL, contracts: parcelEvents, topology: parcelTopology })],
});
try {
  await worker.run();
} finally {
  await connection.close();
}
