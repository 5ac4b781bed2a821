import type { SearchAttributePair } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

/** Search attributes that the starter may have left out; those that are there stay, and cost nothing. */
export function completeSearchAttributes(expected: readonly SearchAttributePair[]): void {
  const { typedSearchAttributes: given } = workflowInfo();
  const missing = expected.filter(({ key }) => given.get(key) === undefined);
  if (missing.length > 0) upsertSearchAttributes(missing);
}

/** Entries of the memo that the starter may have left out; those that are there stay, and cost nothing. */
export function completeMemo(expected: Readonly<Record<string, unknown>>): void {
  const { memo = {} } = workflowInfo();
  const missing = Object.entries(expected).filter(([name]) => memo[name] === undefined);
  if (missing.length > 0) upsertMemo(Object.fromEntries(missing));
}
