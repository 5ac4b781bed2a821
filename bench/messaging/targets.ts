import type { Target } from '../targets.ts';
import type { MessagingBenchResult } from './result.ts';

export function compareWithTargets(result: MessagingBenchResult): Target[] {
  const { bridgeToPipelined, bridgeToOneAtATime, ledgerPerSecond, ledgerToRaw, books } = result;
  return [
    {
      title: 'the bridge at least 0.7 of amqplib with pipelined confirms',
      found: bridgeToPipelined.toFixed(2),
      met: bridgeToPipelined >= 0.7,
    },
    {
      title: 'the bridge at least 5 times amqplib with one confirm at a time',
      found: bridgeToOneAtATime.toFixed(1),
      met: bridgeToOneAtATime >= 5,
    },
    {
      title: 'the ledger consumer at least 4,000 events each second, each once',
      found: String(Math.round(ledgerPerSecond)),
      met: ledgerPerSecond >= 4_000,
    },
    {
      title: 'the ledger consumer at least 0.5 of pg with batched inserts of the same rows',
      found: ledgerToRaw.toFixed(2),
      met: ledgerToRaw >= 0.5,
    },
    {
      title: 'every event has one journal, and the books balance',
      found: `${books.events} events, ${books.journals} journals, debits ${books.debits}, credits ${books.credits}`,
      met: books.hold,
    },
  ];
}
