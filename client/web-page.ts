import type { Addresses } from './services.ts';

/** The page of a workflow in Temporal's Web UI, when its address is known. */
export function webPageOf(
  workflowId: string,
  namespace: string,
  { TEMPORAL_WEB_UI: site }: Addresses,
): string | undefined {
  return site && `${site}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}
