import { wholeCharacters } from '../../contracts/whole-characters.ts';
import type { CheckoutStatus } from '../../workflows/checkout/contract.ts';
import { printable } from './answer.ts';
import { describeStatus } from './describe-checkout.ts';
import type { Change } from './status-changes.ts';

/** What somebody who follows a checkout sees. */
export interface LiveView {
  /** @param status where the checkout stands now, when that has changed */
  show(news: readonly Change[], status: CheckoutStatus | undefined): void;
  /** Says something beside the checkout. */
  note(message: string): void;
}

const out = process.stdout;
const describeChange = ({ time, what }: Change) => `${time}  ${what}`;

/** On a terminal one picture that is drawn again at each change, elsewhere one line for each change. */
export function createLiveView(webPage: string | undefined): LiveView {
  return out.isTTY ? createPicture(webPage) : lines;
}

const lines: LiveView = {
  show: (news) => out.write(`${printable(news.map(describeChange).join('\n'))}\n`),
  note: (message) => process.stderr.write(`${printable(message)}\n`),
};

function createPicture(webPage: string | undefined): LiveView {
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
      if (status) latest = describeStatus(status, webPage);
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
