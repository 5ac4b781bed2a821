import { CommandError, lastLines } from './command.ts';
import { messageOf, PartError } from './part-error.ts';

/**
 * The error for a tool that is needed to install a part and is not there.
 * @param tool its name
 * @param install what to install, with an example
 */
export function missingTool(part: string, tool: string, install: string): PartError {
  return new PartError(part, {
    reason: 'missing-tool',
    happened: `It is not installed, the vendor's download did not work, and ${tool} to get it another way is missing.`,
    remedy: `Install ${install} and run the same command again.`,
  });
}

const networkTrouble =
  /EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ENETUNREACH|no such host|could not resolve|name resolution|unknown host|UnknownHostException|connection (refused|timed out|reset)|network is unreachable|i\/o timeout/i;

/**
 * The error for an installation that was tried and failed; tells missing network and a full disk from the rest.
 * @param what what did not work, as a sentence without its full stop
 */
export function buildFailure(part: string, what: string, cause: unknown): PartError {
  const output = cause instanceof CommandError ? cause.output : messageOf(cause);
  const end = lastLines(output || messageOf(cause));
  if (/no space left on device/i.test(output)) {
    return new PartError(part, {
      reason: 'disk-full',
      happened: `${what}: the disk is full.`,
      remedy:
        'Free some space, or set XDG_CACHE_HOME and TMPDIR to folders on another disk, and run the command again.',
      cause,
    });
  }
  if (networkTrouble.test(output)) {
    return new PartError(part, {
      reason: 'no-network',
      happened: `${what}, because the network or the registry was not reached:\n${end}\n`,
      remedy: 'Check the connection and the proxy settings, and run the same command again; nothing half-done is left.',
      cause,
    });
  }
  return new PartError(part, {
    reason: 'failed',
    happened: `${what}:\n${end}\n`,
    remedy: 'Fix what these lines name and run the same command again; nothing half-done is left.',
    cause,
  });
}
