import { type Command, InvalidArgumentError } from 'commander';
import { subjectName } from '../../../contracts/subject.ts';
import type { ChainFault } from '../../../services/ledger/contract.ts';
import { type ChainReport, type NotedLink, verifyLedger } from '../../ledger-chain.ts';
import type { Act } from '../act.ts';
import { complain } from '../complaint.ts';
import { details } from '../details.ts';

export function addVerifyCommand(ledger: Command, act: Act): void {
  ledger
    .command('verify')
    .description('the proof that no journal was changed, deleted or slipped in since it was posted')
    .option('--noted <position/hash>', 'an end of the chain that was noted before: it has to be in it still', readNoted)
    .action(
      act(async (session, { noted }: { readonly noted?: NotedLink }) => {
        const document = await verifyLedger((await session.door()).records, noted);
        const { intact, journals, end, fault } = document;
        const text = details([
          ['Intact', intact ? 'yes' : 'no'],
          ['Journals', journals],
          ['End', end && `${end.position}/${end.hash}`],
          ['Fault', fault && describeFault(fault)],
          ['Noted', document.noted === 'missing' ? 'not in the chain' : document.noted],
        ]);
        return {
          document,
          text,
          ...(!intact && { complaint: complain({ type: 'Tampered', message: why(document) }) }),
        };
      }),
    );
}

function readNoted(text: string): NotedLink {
  const [, position, hash] = /^([1-9]\d{0,14})\/([0-9a-f]{64})$/.exec(text) ?? [];
  if (position && hash) return { position: Number(position), hash };
  throw new InvalidArgumentError(
    'It is the end that an earlier `ledger verify` has shown: a position, a slash and a hash.',
  );
}

function why({ fault }: ChainReport): string {
  return fault
    ? describeFault(fault)
    : 'the end that was noted is not in the chain: the journals since then were made again';
}

function describeFault({ what, journalId, position, eventId, subject }: ChainFault): string {
  const journal = journalId === undefined ? 'a journal' : `the journal ${journalId}`;
  const about = subject ? ` about ${subjectName(subject)}` : '';
  const event = eventId === undefined ? '' : `, of the event ${eventId},`;
  if (what === 'inserted')
    return `${journal}${about}${event} was posted by none of the ledger's consumers: it has no place in the chain`;
  return `${journal}${about}${event} was ${what}: it does not fit at position ${position} of the chain`;
}
