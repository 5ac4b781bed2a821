import { type Command, Option } from 'commander';
import { checkoutOperations } from '../../../api/checkouts-contract.ts';
import { parse } from '../../../contracts/validation.ts';
import type { Decision } from '../../../workflows/kit/contract.ts';
import type { Act } from '../act.ts';
import type { Answer } from '../answer.ts';
import { details } from '../details.ts';
import { describePlaced } from '../place-checkouts.ts';
import { programName } from '../program-name.ts';
import { processArgument } from './follow.ts';

const { changePaymentMethod, reviewCheckout } = checkoutOperations;

interface Decided {
  readonly note: string;
}

/** `pay`, `review`, `operator` and `approval`: what people do about a process that waits for them. */
export function addDecideCommands(program: Command, act: Act): void {
  program
    .command('pay')
    .description('pay with another card, after a decline, a checkout that was placed with --on-decline wait')
    .argument('<checkout>')
    .requiredOption('--payment-method <id>', "the card, by the provider's id")
    .action(
      act(async (session, checkoutId: string, change: { readonly paymentMethod: string }) => {
        const [{ checkouts }, { webPage }] = await Promise.all([session.door(), session.process(checkoutId)]);
        const input = parse(changePaymentMethod.input, { checkoutId, ...change });
        return describePlaced({ ...(await checkouts.changePaymentMethod(input)), webPage });
      }),
    );

  decision(
    program.command('review').argument('<checkout>'),
    ['approve', 'take the payment'],
    ['refuse', 'release what is held on the card'],
  )
    .description('decide about a payment that is held for review')
    .action(
      act(async (session, checkoutId: string, flags: Decided & { approve?: true; refuse?: true }, command: Command) => {
        const { note } = flags;
        const decision = chosen(flags, ['approve', 'refuse'], command);
        const { checkouts } = await session.door();
        const input = parse(reviewCheckout.input, { checkoutId, decision, note });
        return describeDecided(await checkouts.reviewCheckout(input), checkoutId);
      }),
    );

  decision(
    program.command('operator').argument(...processArgument),
    ['retry', 'make the call again at once'],
    ['settle', 'it was resolved manually'],
  )
    .description('decide about a call that keeps failing; status and list --needs-operator name it')
    .option('--what <call>', 'the call, as status names it; may be left out while there is one only')
    .action(
      act(
        async (
          session,
          name: string,
          flags: Decided & { retry?: true; settle?: true; what?: string },
          command: Command,
        ) => {
          const { note, what } = flags;
          const decision = chosen(flags, ['retry', 'settle'], command);
          const process = await session.process(name);
          return describeDecided(await process.client.resolve({ what, decision, note }), name);
        },
      ),
    );

  decision(
    program.command('approval').argument(...processArgument),
    ['approve', 'let it go on'],
    ['refuse', 'end it; one person suffices'],
  )
    .description('decide about what takes two people, such as a refund above the limit')
    .action(
      act(async (session, name: string, flags: Decided & { approve?: true; refuse?: true }, command: Command) => {
        const { note } = flags;
        const decision = chosen(flags, ['approve', 'refuse'], command);
        const process = await session.process(name);
        return describeDecided(await process.client.decideApproval({ decision, note }), name);
      }),
    );
}

type Choice = readonly [flag: string, description: string];

function decision(command: Command, [yes, onYes]: Choice, [no, onNo]: Choice): Command {
  return command
    .addOption(new Option(`--${yes}`, onYes).conflicts(no))
    .addOption(new Option(`--${no}`, onNo))
    .requiredOption('--note <text>', 'why; it stays in the history');
}

/** The one of the flags that was given. */
function chosen<Name extends string>(
  flags: { readonly [Flag in Name]?: true },
  names: readonly [Name, Name],
  command: Command,
): Name {
  return (
    names.find((name) => flags[name]) ??
    command.error(`required option '${names.map((name) => `--${name}`).join("' or '")}' not specified`)
  );
}

function describeDecided(decided: Decision, name: string): Answer {
  const text = details([
    ['Decided about', decided.what],
    ['Decision', decided.decision],
    ['By', decided.by],
    ['Waits for', decided.state && 'a second person, who confirms it'],
    ['Note', decided.note],
    ['At', decided.at],
    ['Status', `${programName} status ${name}`],
  ]);
  return { document: decided, text };
}
