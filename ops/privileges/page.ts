import { fileURLToPath } from 'node:url';
import { brokerActs } from './broker-trial.ts';
import { databaseActs } from './database-trial.ts';
import type { TrialRow, Trials } from './trial-row.ts';

/** The page that the tables are a part of. */
export const pageFile = fileURLToPath(new URL('../../docs/privileges.md', import.meta.url));

const mark = '<!-- npm run privileges -- --write -->';

/** The page with what each login was refused. */
export function withTrials(page: string, { database, broker }: Trials): string {
  const tables = [
    `### In PostgreSQL\n\n${tableOf(databaseActs, database)}`,
    `### On RabbitMQ\n\n${tableOf(brokerActs, broker)}`,
  ];
  return `${page.slice(0, page.indexOf(mark))}${mark}\n${tables.join('\n\n')}\n`;
}

function tableOf(acts: readonly string[], rows: readonly TrialRow[]): string {
  const header = ['role', 'may', ...acts];
  const lines = rows.map(({ who, may, refused, wrong }) => [
    `\`${who}\``,
    wrong.length > 0 ? `${may}; **wrong: ${wrong.join(', ')}**` : may,
    ...acts.map((act) => (refused[act] ? `refused (${refused[act]})` : '–')),
  ]);
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What a login may do that it must not, or may not do that it has to; a line each. */
export const complaints = ({ database, broker }: Trials): string[] =>
  [...database, ...broker].flatMap(({ who, wrong }) => wrong.map((each) => `${who} ${each}`));
