import { Argument, type Command } from 'commander';
import type { Act } from '../act.ts';
import { completionScript, type Shell, shells } from '../completion-script.ts';

export function addCompletionCommand(program: Command, act: Act): void {
  program
    .command('completion')
    .description('a script that completes commands and options: source <(durable-checkout completion bash)')
    .addArgument(new Argument('<shell>').choices(shells))
    .action(
      act(async (_session, shell: Shell) => {
        const script = completionScript(program, shell);
        return { document: { shell, script }, text: script };
      }),
    );
}
