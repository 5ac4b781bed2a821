import type { Command } from 'commander';
import { type CommandWords, type Values, type Word, wordsOf } from './completion-words.ts';

/** The shells that there is a script for. */
export const shells = ['bash', 'zsh'] as const;
export type Shell = (typeof shells)[number];

/** Finds the command that the words before the cursor name, and the option whose value is typed: in both shells. */
const walk = `
  local named='' expects='' word
  local -a subcommands flags valued choices
  local files=''
  _durable_checkout_words ''
  for word in "\${before[@]}"; do
    if [[ -n $expects ]]; then
      [[ $word == '=' ]] || expects=''
    elif [[ $word == -* ]]; then
      if [[ " \${valued[*]} " == *" $word "* ]]; then expects=$word; fi
    elif _durable_checkout_words "\${named:+$named }$word"; then
      named="\${named:+$named }$word"
    fi
  done`;

/** The option's name and its value may be one word or, in bash, three. */
const bash = `
_durable_checkout() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" IFS=$' \\n'
  local -a before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
${walk.slice(1)}
  [[ $cur == '=' ]] && cur=''
  if [[ -n $expects ]]; then
    _durable_checkout_values "$named" "$expects"
  elif [[ $cur == -* ]]; then
    choices=("\${flags[@]}")
  else
    choices=("\${subcommands[@]}" "\${choices[@]}")
  fi
  if [[ -n $files ]]; then
    IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
  else
    COMPREPLY=($(compgen -W "\${choices[*]}" -- "$cur"))
  fi
}

complete -F _durable_checkout durable-checkout`;

const zsh = `
_durable_checkout() {
  local -a before=("\${(@)words[2,CURRENT-1]}")
${walk.slice(1)}
  if [[ -z $expects && $PREFIX == --*=* ]]; then
    expects=\${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $expects ]]; then
    _durable_checkout_values "$named" "$expects"
    if [[ -n $files ]]; then _files; else compadd -a choices; fi
  elif [[ $PREFIX == -* ]]; then
    _describe -o option flags
  else
    (( \${#choices} )) && compadd -a choices
    (( \${#subcommands} )) && _describe command subcommands
  fi
}

compdef _durable_checkout durable-checkout`;

/** A script that has a shell complete everything below `program`; it is made again with each version of the commands. */
export function completionScript(program: Command, shell: Shell): string {
  const all = wordsOf(program);
  const show = shell === 'zsh' ? described : ({ word }: Word) => word;
  return [
    `# Completes durable-checkout in ${shell}: source <(durable-checkout completion ${shell})`,
    caseOf(
      '_durable_checkout_words',
      '$1',
      all.map((each) => [each.path, assignments(each, show)]),
      'return 1',
    ),
    caseOf(
      '_durable_checkout_values',
      '$1 $2',
      all.flatMap(({ path, valued }) => valued.map(({ option, values }) => [`${path} ${option}`, assigned(values)])),
      'choices=()',
    ),
    (shell === 'zsh' ? zsh : bash).trim(),
  ].join('\n\n');
}

function caseOf(
  name: string,
  subject: string,
  arms: readonly (readonly [string, string])[],
  otherwise: string,
): string {
  const lines = arms.map(([pattern, body]) => `    ${quote(pattern)}) ${body} ;;`);
  return `${name}() {\n  case "${subject}" in\n${lines.join('\n')}\n    *) ${otherwise} ;;\n  esac\n}`;
}

function assignments({ subcommands, options, valued, values }: CommandWords, show: (word: Word) => string): string {
  const arrays = {
    subcommands: subcommands.map(show),
    flags: options.map(show),
    valued: valued.map(({ option }) => option),
    choices: values,
  };
  return Object.entries(arrays)
    .map(([name, words]) => `${name}=(${words.map(quote).join(' ')})`)
    .join('; ');
}

const assigned = (values: Values) => (values === 'files' ? 'files=1' : `choices=(${values.map(quote).join(' ')})`);

const described = ({ word, meaning }: Word): string => `${word}:${meaning}`;

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
