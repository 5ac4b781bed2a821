import { z } from 'zod';

/** What npm prints as JSON: how many are known, or why it could not ask. */
const answerSchema = z.union([
  z.object({ metadata: z.object({ vulnerabilities: z.record(z.string(), z.int()) }) }),
  z.object({ message: z.string() }),
  z.object({ error: z.object({ summary: z.string() }) }),
]);

/** What the registry knows of the packages, or why it did not answer: then nothing is known. */
export type Audit = { readonly known: Readonly<Record<string, number>> } | { readonly whyUnknown: string };

/** Reads what `npm audit --json` has printed. */
export function readAudit(stdout: string): Audit {
  let printed: unknown;
  try {
    printed = JSON.parse(stdout);
  } catch {
    return { whyUnknown: 'npm has printed no answer of the registry' };
  }
  const answer = answerSchema.safeParse(printed);
  if (!answer.success) return { whyUnknown: 'npm has printed an answer of another form' };
  if ('metadata' in answer.data) return { known: answer.data.metadata.vulnerabilities };
  return { whyUnknown: 'error' in answer.data ? answer.data.error.summary : answer.data.message };
}

/** One line for people. */
export function describeAudit(audit: Audit): string {
  if ('whyUnknown' in audit) {
    return `vulnerabilities: not known, since the registry has not answered (${audit.whyUnknown})`;
  }
  const { total = 0, ...kinds } = audit.known;
  const found = Object.entries(kinds).filter(([, count]) => count > 0);
  const listed = found.map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `vulnerabilities: ${total} known to the registry${listed && `: ${listed}`}`;
}

/** Whether something is known that must not be in production. */
export const isGrave = (audit: Audit): boolean =>
  'known' in audit && ['high', 'critical'].some((kind) => (audit.known[kind] ?? 0) > 0);
