// Node finds not all of its names by itself.
import progress from 'cli-progress';

/** Shows on stderr how far the work is. */
export interface Progress {
  /** @default things 1 */
  advance(things?: number): void;
  stop(): void;
}

/**
 * A bar on a terminal; a plain line every few seconds where the output goes to a file.
 *
 * @param things what is counted: `orders`
 */
export function showProgress(total: number, things: string, secondsBetweenLines = 3): Progress {
  return process.stderr.isTTY ? bar(total, things) : plainLines(total, things, secondsBetweenLines);
}

const { Format, Presets, SingleBar } = progress;

const cells = 40;
const { barCompleteChar, barIncompleteChar } = Presets.shades_classic;
const drawn = {
  barsize: cells,
  barGlue: '',
  barCompleteString: barCompleteChar.repeat(cells),
  barIncompleteString: barIncompleteChar.repeat(cells),
};

/**
 * The same bar as text, for what is drawn again as a whole.
 *
 * @param things what is counted: `residents`
 */
export function drawProgress(done: number, total: number, things: string): string {
  const part = total > done ? done / total : 1;
  const counts = `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${things}`;
  return `${Format.BarFormat(part, drawn)} ${Math.floor(part * 100)} % | ${counts}`;
}

function bar(total: number, things: string): Progress {
  const format = `{bar} {percentage} % | {value} of {total} ${things} | {duration_formatted} | about {eta_formatted} left`;
  const shown = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  shown.start(total, 0);
  return { advance: (count = 1) => shown.increment(count), stop: () => shown.stop() };
}

function plainLines(total: number, things: string, secondsBetweenLines: number): Progress {
  let done = 0;
  const say = () => process.stderr.write(`${done} of ${total} ${things}\n`);
  const timer = setInterval(say, secondsBetweenLines * 1_000);
  return {
    advance: (count = 1) => {
      done += count;
    },
    stop: () => {
      clearInterval(timer);
      say();
    },
  };
}
