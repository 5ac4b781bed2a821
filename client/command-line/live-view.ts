import type { AnyStatus } from '../process-kinds.ts';
import { printable } from './answer.ts';
import { describeStatus, type Named } from './describe-process.ts';
import { createPicture } from './picture.ts';
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
  return out.isTTY ? createLivePicture(process) : lines;
}

const lines: LiveView = {
  show: (news) => out.write(`${printable(news.map(describeChange).join('\n'))}\n`),
  note: (message) => process.stderr.write(`${printable(message)}\n`),
};

function createLivePicture(process: Parameters<typeof createLiveView>[0]): LiveView {
  const events: string[] = [];
  let latest = '';
  let note = '';
  const redraw = createPicture('last');
  const draw = () => redraw([latest, events.join('\n'), note].filter(Boolean).join('\n\n'));
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
