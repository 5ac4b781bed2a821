import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { contentHash } from '../platform/content-hash.ts';

/**
 * The hash of what a workflow was started with: from its memo, or, where another client has started it, of the input that
 * its history begins with.
 */
export async function startedContentHash(
  temporal: Client,
  workflowId: string,
  memo: Readonly<Record<string, unknown>> | undefined,
): Promise<string> {
  const known = memo?.['contentHash'];
  if (typeof known === 'string' && known !== '') return known;
  const { namespace, loadedDataConverter } = temporal.options;
  const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  const [request] = await decodeArrayFromPayloads(loadedDataConverter, input ?? []);
  return contentHash(request ?? null);
}
