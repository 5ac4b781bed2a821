import type { Command, Option } from 'commander';

/** A word that may be typed, and what it means. */
export interface Word {
  readonly word: string;
  readonly meaning: string;
}

/** What may be typed for a value: one of these, or the path of a file. */
export type Values = readonly string[] | 'files';

/** What may be typed after a command. */
export interface CommandWords {
  /** Its name with those of its parents, such as `dead-letters list`; empty for the program itself. */
  readonly path: string;
  readonly subcommands: readonly Word[];
  readonly options: readonly Word[];
  /** The options that take a value, with what may be typed for it as far as that is known. */
  readonly valued: readonly { readonly option: string; readonly values: Values }[];
  /** What may be typed for its arguments. */
  readonly values: readonly string[];
}

/** The words of a command and of all below it, as commander knows them. */
export function wordsOf(command: Command, parents: readonly string[] = []): CommandWords[] {
  const help = command.createHelp();
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const subcommands = help.visibleCommands(command);
  const own: CommandWords = {
    path: parents.join(' '),
    subcommands: subcommands.map((each) => ({ word: each.name(), meaning: help.subcommandDescription(each) })),
    options: options.flatMap((option) =>
      flagsOf(option).map((word) => ({ word, meaning: help.optionDescription(option) })),
    ),
    valued: options
      .filter(({ required, optional }) => required || optional)
      .flatMap((option) => flagsOf(option).map((word) => ({ option: word, values: valuesOf(option) }))),
    values: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  };
  // Commander's own command `help` is not among its commands.
  const ofHelp = {
    path: [...parents, 'help'].join(' '),
    subcommands: own.subcommands,
    options: [],
    valued: [],
    values: [],
  };
  return [
    own,
    ...(subcommands.length > 0 ? [ofHelp] : []),
    ...command.commands.flatMap((each) => wordsOf(each, [...parents, each.name()])),
  ];
}

const flagsOf = ({ long, short }: Option): string[] =>
  [long, short].filter((flag) => flag !== undefined && flag !== null);

const valuesOf = ({ argChoices, flags }: Option): Values =>
  argChoices ?? (/[<[](file|path)[\]>]/.test(flags) ? 'files' : []);
