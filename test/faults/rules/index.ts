import { bookRules } from './books.ts';
import { factRules } from './facts.ts';
import * as subjects from './list.ts';
import { mailRules } from './mails.ts';
import type { Judged, Rule, SubjectRules } from './rule.ts';

const all: readonly SubjectRules[] = Object.values(subjects);
const facts = all.flatMap((subject) => subject.facts ?? []);

/** What does not hold after a process, or after several that share their services: the rules of each subject, and of all together. */
export async function brokenRules(judged: Judged): Promise<string[]> {
  const owed = all.flatMap(({ mails }) => mails?.(judged) ?? []);
  const rules: Rule[] = [
    ...all.flatMap((subject) => subject.rules(judged)),
    ...factRules(judged.services.broker, facts),
    ...bookRules(judged),
    ...(await mailRules(judged.services.broker, owed)),
  ];
  return rules.filter(([holds]) => !holds).map(([, rule]) => rule);
}
