import { log, sleep, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from './search-attributes.ts';

/** Told when somebody has to look after a call, and when it is done after all. */
export type Attention = (needed: { readonly what: string; readonly message: string } | undefined) => void;

const pause = '5 minutes';

/**
 * Makes a call that must not be given up. Its activity retries passing failures by itself; one that a retry cannot help
 * marks the workflow as needing an operator, and the call is made again every five minutes.
 */
export async function untilDone<Result>(
  what: string,
  call: () => Promise<Result>,
  attention: Attention = () => undefined,
): Promise<Result> {
  let asked = false;
  for (;;) {
    try {
      const result = await call();
      if (asked) {
        upsertSearchAttributes([{ key: searchAttributes.needsOperator, value: false }]);
        attention(undefined);
      }
      return result;
    } catch (error) {
      const message =
        error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
      log.error('a call that must not be given up has failed', { what, message });
      if (!asked) upsertSearchAttributes([{ key: searchAttributes.needsOperator, value: true }]);
      asked = true;
      attention({ what, message });
      await sleep(pause, { summary: `${what}: try again` });
    }
  }
}
