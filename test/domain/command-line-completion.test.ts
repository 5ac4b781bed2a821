import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Argument, Command, Option } from 'commander';
import { execa } from 'execa';
import type { Act } from '../../client/command-line/act.ts';
import { completionScript, type Shell, shells } from '../../client/command-line/completion-script.ts';
import { createProgram } from '../../client/command-line/program.ts';

const act: Act = () => async () => undefined;
/** What a shell on this machine can be asked; zsh is not everywhere. */
const installed = shells.filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0);

let folder: string;
let asked = 0;
let orders: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'completion-test-'));
  orders = path.join(folder, 'orders.json');
  writeFileSync(orders, '[]');
});
afterAll(() => rmSync(folder, { recursive: true }));

const askBash = `
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_durable_checkout
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** A terminal of its own, in which zsh completes; it is told a line and a key, and what it has made of the line is read. */
const askZsh = `
zmodload zsh/zpty
zpty asked zsh -f -i
zpty -w asked "autoload -Uz compinit && compinit -u -D; source \${(q)1}; PS1=; unsetopt zle_bracketed_paste; print READ''Y"
zpty -r asked heard '*READY*'
shift
zpty -w asked "show() { print -r -- \\"LINE<\\$BUFFER>\\"; zle kill-whole-line; zle reset-prompt }; zle -N show; bindkey '^X' show; print SE''T"
zpty -r asked heard '*SET*'
zpty -w -n asked "$*"$'\\t\\x18'
zpty -r asked heard '*LINE<*>*'
print -r -- "\${\${heard##*LINE<}%%>*}"`;

async function ask(shell: Shell, program: Command, words: readonly string[]): Promise<string[]> {
  // Several are asked at once, and none may read what another one is just writing.
  const script = path.join(folder, `completion-${++asked}.${shell}`);
  writeFileSync(script, completionScript(program, shell));
  const parameters = ['-c', shell === 'bash' ? askBash : askZsh, shell, script, 'durable-checkout', ...words];
  const { stdout } = await execa(shell, parameters, { env: { TERM: 'dumb' } });
  return stdout.split('\n').map((line) => (shell === 'zsh' ? (line.trim().split(/[ =]/).at(-1) ?? '') : line));
}

describe.each(installed)('%s', (shell) => {
  test.each<[string, readonly string[], string]>([
    ['a command', ['led'], 'ledger'],
    ['a command below another', ['ledger', 'tri'], 'trial-balance'],
    ['an option', ['list', '--st'], '--state'],
    ['an option of every command', ['ledger', 'completeness', '--js'], '--json'],
    ['a choice of an option', ['list', '--state', 'pay'], 'payment-unknown'],
    ['a choice after another option with a value', ['place', '--id', 'list', '--on-decline', 'w'], 'wait'],
    ['a choice of an argument', ['completion', 'ba'], 'bash'],
    ['an option of a command with a dash', ['submit-review', '--ra'], '--rating'],
    ['a command after help', ['help', 'dead'], 'dead-letters'],
  ])('completes %s', async (_, words, completed) => {
    expect(await ask(shell, await createProgram(act), words)).toEqual([completed]);
  });

  test('completes the path of a file where an option takes one', async () => {
    expect(await ask(shell, await createProgram(act), ['place', '--file', orders.slice(0, -3)])).toEqual([orders]);
  });

  test('a choice is completed behind an equals sign, too', async () => {
    const words = shell === 'bash' ? ['list', '--state', '=', 'pay'] : ['list', '--state=pay'];
    expect(await ask(shell, await createProgram(act), words)).toEqual(['payment-unknown']);
  });

  test('what is new among the commands is completed by itself', async () => {
    const program = new Command();
    const group = program.command('warehouse').description("it's new: a place");
    group
      .command('move')
      .addArgument(new Argument('<what>').choices(['pallet']))
      .addOption(new Option('--to <where>').choices(['north']));
    const completed = await Promise.all(
      [['wareh'], ['warehouse', 'mo'], ['warehouse', 'move', 'pal'], ['warehouse', 'move', '--to', 'no']].map((words) =>
        ask(shell, program, words),
      ),
    );
    expect(completed.flat()).toEqual(['warehouse', 'move', 'pallet', 'north']);
  });
});

test('bash lists what there is to choose from, and no option of another command', async () => {
  const program = await createProgram(act);
  expect(await ask('bash', program, ['dead-letters', 'list', '--state', ''])).toEqual([
    'parked',
    'replayed',
    'discarded',
  ]);
  expect(await ask('bash', program, ['topology', 'migrate', '--'])).toEqual(['--dry-run', '--help', '--json']);
});
