import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { createServiceClients } from '../../client/services.ts';
import { outages, sideBySide } from '../../demo/scenarios.ts';
import { openShop } from '../../demo/shop.ts';
import { startSystem } from '../../ops/system/system.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';

/** Records the history of every ending of a checkout anew. What was recorded before is the past that new code has to replay. */

const folder = fileURLToPath(new URL('.', import.meta.url));
const system = await startSystem({
  dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-record-')),
  temporary: true,
  environment: { LOG_LEVEL: 'warn', PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: '2000' },
  report: (line) => process.stderr.write(`${line}\n`),
});
const { client, connection } = await connectTemporalClient(system.addresses);
try {
  await openShop(createServiceClients(system.addresses));
  const checkouts = new CheckoutClient(client);
  for (const { input, place } of [...sideBySide, ...outages]) {
    await (place ? place({ temporal: client, checkouts, system }, input) : checkouts.startCheckout(input));
    await checkouts.waitForResult(input.checkoutId);
    const history = await client.workflow.getHandle(checkoutWorkflowId(input.checkoutId)).fetchHistory();
    // The names of processes and files of the machine say nothing that a replay needs.
    const json = JSON.parse(historyToJSON(history), (key, value: unknown) =>
      ['identity', 'stackTrace'].includes(key) ? undefined : value,
    );
    const file = `checkout-${input.checkoutId.replace(/^demo-/, '')}.json`;
    await writeFile(path.join(folder, file), `${JSON.stringify(json)}\n`);
    process.stdout.write(`${file}\n`);
  }
} finally {
  await connection.close();
  await system.stop();
}
