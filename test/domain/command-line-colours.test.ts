import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters, styleText } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { colour } from '../../client/command-line/colours.ts';
import { details } from '../../client/command-line/details.ts';
import { table } from '../../platform/table.ts';
import { startOnTerminal } from '../terminal.ts';

const main = fileURLToPath(new URL('../../client/command-line/main.ts', import.meta.url));
const [green, red, yellow, dim] = [32, 31, 33, 2].map((code) => `\x1b[${code}m`);

const colored = (text: string) => colour(text, (format, part) => styleText(format, part, { validateStream: false }));

describe('where colours are wanted', () => {
  test('states have the colour of what they mean, headings are dim, and nothing else changes', () => {
    const rows = table(
      ['checkout', 'state', 'total', 'waits for'],
      [
        ['completed', 'completed', '59.98 USD', ''],
        ['c-2', 'refused', '1,000.00 USD', ''],
        ['c-3', 'in-review', '59.98 USD', 'the reviewer: review the payment'],
        ['c-4', 'running', '', ''],
      ],
    );
    const text = colored(rows);
    expect(stripVTControlCharacters(text)).toBe(rows);
    const [headings, rule, completed, refused, waiting, running] = text.split('\n');
    expect(headings?.startsWith(`${dim}checkout`)).toBe(true);
    expect(rule?.startsWith(`${dim}─`)).toBe(true);
    expect(completed).toMatch(/^completed {2}/);
    expect(completed).toContain(`  ${green}completed\x1b[39m  `);
    expect(refused).toContain(`${red}refused\x1b[39m `);
    expect(waiting).toContain(`${yellow}in-review\x1b[39m `);
    expect(waiting).toContain(`${yellow}the reviewer: review the payment\x1b[39m`);
    expect(running).toBe('c-4        running');
  });

  test('a detail is coloured by its label', () => {
    const text = details([
      ['State', 'payment-unknown'],
      ['Checkout', 'refused'],
      ['Waits for', 'the customer: confirm the payment'],
    ]);
    expect(colored(text)).toBe(
      `State      ${yellow}payment-unknown\x1b[39m\nCheckout   refused\nWaits for  ${yellow}the customer: confirm the payment\x1b[39m`,
    );
  });

  test('a table ends where a line is empty, and a state with an addition is still that state', () => {
    const rows = table(['name', 'on the broker'], [['ledger', 'different, migration unfinished']]);
    expect(colored(`${rows}\n\nledger  different`).split('\n').slice(2)).toEqual([
      `ledger  ${red}different, migration unfinished\x1b[39m`,
      '',
      'ledger  different',
    ]);
    expect(colored(table(['', 'step'], [['✓', 'place the order']]))).toContain(`${green}✓\x1b[39m  place the order`);
  });
});

/** What a command that needs no system writes, and what it complains of. */
describe('the program', () => {
  // Node takes a build that says `CI` for a terminal without colours.
  const shell = {
    NODE_OPTIONS: '',
    CI: undefined,
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
    TERM: 'xterm-256color',
  };
  const piped = (parameters: readonly string[], environment: Record<string, string> = {}) =>
    execa(process.execPath, [main, ...parameters], { reject: false, env: { ...shell, ...environment } });
  /** On a terminal of its own, where standard output and standard error are one. */
  async function onTerminal(parameters: readonly string[], environment: Record<string, string> = {}): Promise<string> {
    return (await startOnTerminal([process.execPath, main, ...parameters], { env: { ...shell, ...environment } }))
      .stdout;
  }

  test('writes colours on a terminal', async () => {
    expect(await onTerminal(['topology'])).toContain(`${dim}exchange`);
    expect(await onTerminal(['buy'])).toContain(`${red}error:`);
  });

  test('writes none into a pipe, nor on a terminal with NO_COLOR', async () => {
    const [list, complaint] = [await piped(['topology']), await piped(['buy'])];
    expect(list).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('exchange') });
    expect(complaint.exitCode).toBe(2);
    const plain = [await onTerminal(['topology'], { NO_COLOR: '1' }), await onTerminal(['buy'], { NO_COLOR: '1' })];
    for (const text of [list.stdout, complaint.stderr, ...plain]) {
      expect(text).not.toBe('');
      expect(text).not.toContain('\x1b');
    }
  });

  test('writes them into a pipe with FORCE_COLOR, but never into JSON', async () => {
    const [people, json] = await Promise.all([
      piped(['topology'], { FORCE_COLOR: '1' }),
      piped(['topology', '--json'], { FORCE_COLOR: '1' }),
    ]);
    expect(people.stdout).toContain(`${dim}exchange`);
    expect(json.stdout).not.toContain('\x1b');
  });

  test('a terminal that can do nothing gets none', async () => {
    expect(await onTerminal(['topology'], { TERM: 'dumb' })).not.toContain('\x1b');
  });
});
