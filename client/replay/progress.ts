import { Presets, SingleBar } from 'cli-progress';

const secondsBetweenLines = 3;

/** Shows on stderr how far the work is. */
export interface Progress {
  advance(): void;
  stop(): void;
}

/** A bar on a terminal; a plain line every few seconds where the output goes to a file. */
export function showProgress(total: number): Progress {
  return process.stderr.isTTY ? bar(total) : plainLines(total);
}

function bar(total: number): Progress {
  const format = '{bar} {percentage} % | {value} of {total} orders | {duration_formatted} | about {eta_formatted} left';
  const shown = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  shown.start(total, 0);
  return { advance: () => shown.increment(), stop: () => shown.stop() };
}

function plainLines(total: number): Progress {
  let done = 0;
  const say = () => process.stderr.write(`${done} of ${total} orders\n`);
  const timer = setInterval(say, secondsBetweenLines * 1_000);
  return {
    advance: () => {
      done += 1;
    },
    stop: () => {
      clearInterval(timer);
      say();
    },
  };
}
