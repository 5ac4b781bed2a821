import { expect, test } from '@jest/globals';
import type { Act } from '../../client/command-line/act.ts';
import { commandModules, createProgram } from '../../client/command-line/program.ts';

const act: Act = () => async () => undefined;
const namesOf = async (parameters: readonly string[]) =>
  (await createProgram(act, parameters)).commands.map((command) => command.name());
const everything = commandModules.flatMap(({ names }) => names);

test.each(commandModules.filter(({ names }) => !names.includes('completion')).map(({ names }) => names))(
  '%s is loaded with nothing but its own module',
  async (...names) => {
    for (const name of names) expect(await namesOf(['--json', name, '--help'])).toEqual(names);
  },
);

test.each([[[]], [['--help']], [['help', 'list']], [['buy']], [['completion', 'bash']]])(
  '%j concerns every command',
  async (parameters) => {
    expect(await namesOf(parameters)).toEqual(everything);
  },
);
