import { wholeCharacters } from '../../contracts/whole-characters.ts';
import type { AnyStatus } from '../open-process.ts';
import { printable } from './answer.ts';
import { describeStatus, type Named } from './describe-process.ts';
import type { Change } from './status-changes.ts';

/** What those who follow a process see. */
export interface LiveView {
  /** @param status where the process stands now, when that has changed */
  show(news: readonly Change[], status: AnyStatus | undefined): void;
  /** Says something beside the process. */
  note(message: string): void;
}

const out = process.stdout;
const describeChange = ({ time, what }: Change) => `${time}  ${what}`;

/** On a terminal one picture that is drawn again at each change, elsewhere one line for each change. */
export function createLiveView(process: Named & { readonly webPage: string | undefined }): LiveView {
  return out.isTTY ? createPicture(process) : lines;
}

const lines: LiveView = {
  show: (news) => out.write(`${printable(news.map(describeChange).join('\n'))}\n`),
  note: (message) => process.stderr.write(`${printable(message)}\n`),
};

function createPicture(process: Parameters<typeof createLiveView>[0]): LiveView {
  const events: string[] = [];
  let latest = '';
  let note = '';
  let height = 0;
  const draw = () => {
    const picture = [latest, events.join('\n'), note].filter(Boolean).join('\n\n');
    const visible = printable(picture)
      .split('\n')
      .slice(1 - (out.rows || 24))
      .map((line) => wholeCharacters(line, (out.columns || 80) - 1));
    out.write(`${height > 0 ? `\x1b[${height}A` : ''}\x1b[J${visible.join('\n')}\n`);
    height = visible.length;
  };
  return {
    show(news, status) {
      if (status) latest = describeStatus(process, status, process.webPage);
      else events.push(...news.map(describeChange));
      note = '';
      draw();
    },
    note(message) {
      note = message;
      draw();
    },
  };
}
