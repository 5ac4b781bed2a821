import { execa, type Options } from 'execa';

/** Starts a program on a terminal of its own, where standard output and standard error are one. */
export function startOnTerminal<Given extends Options>(call: readonly string[], options: Given) {
  const parameters =
    process.platform === 'darwin' ? ['-q', '/dev/null', ...call] : ['-qec', call.join(' '), '/dev/null'];
  return execa('script', parameters, { ...options, reject: false });
}
