import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { staffOperations } from '../../../api/staff-contract.ts';
import { personRoles } from '../../../contracts/access.ts';
import { addDays, dateSchema } from '../../../contracts/calendar.ts';
import { parse } from '../../../contracts/validation.ts';
import { importedPersonSchema } from '../../../services/staff/shapes.ts';
import { batches } from '../../batches.ts';
import { readJsonFile } from '../../files/json-file.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';

const { readPerson, delegateRoles, endDelegation } = staffOperations;
/** How many go into one call. */
const batchSize = 1_000;
const peopleSchema = importedPersonSchema.array().min(1, 'the file has no person');

interface DelegationFlags {
  readonly from: string;
  readonly to: string;
  readonly role?: string;
  readonly fromDate?: string;
  readonly toDate: string;
  readonly id?: string;
}

/** `staff import`, `show`, `delegate`, `end-delegation`. */
export function addStaffCommands(program: Command, act: Act): void {
  const staff = program.command('staff').description('who works here, with which roles, and who decides for whom');
  staff
    .command('import')
    .description('add people from a JSON file, or update them; who has left is imported with active: false')
    .argument('<file>', 'an array of people, or - for standard input')
    .action(
      act(async (session, file: string) => {
        const people = (await readJsonFile(file)).read(peopleSchema, 'people');
        const door = await session.door();
        const document = { imported: 0 };
        for (const batch of batches(people, batchSize)) {
          document.imported += (await door.staff.importStaff({ people: batch })).imported;
        }
        return { document, text: details([['People', document.imported]]) };
      }),
    );
  staff
    .command('show')
    .description('one person: their roles, those that are lent to them, and whose superior they are')
    .argument('<person>', 'the subject of their token')
    .action(
      act(async (session, personId: string) => {
        const document = await (await session.door()).staff.readPerson(parse(readPerson.input, { personId }));
        const { name, email, roles, superior, active, delegations, reports } = document;
        const text = details([
          ['Name', name],
          ['Mail', email],
          ['Works here', active ? 'yes' : 'no'],
          ['Roles', roles.join(', ')],
          ['Superior', superior],
          ...delegations.map(
            ({ delegationId, from, roles: lent, startsAt, endsAt }) =>
              ['Lent by', `${from}: ${lent.join(', ')}, ${startsAt} to ${endsAt} (${delegationId})`] as const,
          ),
          ['Superior of', reports.map(({ personId: report }) => report).join(', ')],
        ]);
        return { document, text };
      }),
    );
  staff
    .command('delegate')
    .description('lend roles to another person for a time: your own, or as an operator those of one who is away')
    .requiredOption('--from <person>', 'whose roles are lent')
    .requiredOption('--to <person>', 'who may decide for them')
    .addOption(new Option('--role <role>', 'only this one (default: all)').choices(personRoles))
    .option('--from-date <date>', 'the first day, in UTC (default: from now on)')
    .requiredOption('--to-date <date>', 'the last day, in UTC')
    .option('--id <delegation>', 'the id of the delegation; the same again is the same delegation')
    .action(
      act(async (session, flags: DelegationFlags) => {
        const { id = randomUUID(), from, to, role, fromDate, toDate } = flags;
        const input = parse(delegateRoles.input, {
          ...{ delegationId: id, from, to, endsAt: beginOf(addDays(parse(dateSchema, toDate), 1)) },
          ...(role && { roles: [role] }),
          ...(fromDate && { startsAt: beginOf(parse(dateSchema, fromDate)) }),
        });
        const document = await (await session.door()).staff.delegateRoles(input);
        return { document, text: describeDelegation(document) };
      }),
    );
  staff
    .command('end-delegation')
    .description('end a delegation now; what was decided by it stays')
    .argument('<delegation>')
    .action(
      act(async (session, delegationId: string) => {
        const input = parse(endDelegation.input, { delegationId });
        const document = await (await session.door()).staff.endDelegation(input);
        return { document, text: describeDelegation(document) };
      }),
    );
}

const beginOf = (date: string) => `${date}T00:00:00.000Z`;

interface Delegated {
  readonly delegationId: string;
  readonly from: string;
  readonly to: string;
  readonly roles?: readonly string[] | undefined;
  readonly startsAt: string;
  readonly endsAt: string;
}

const describeDelegation = ({ delegationId, from, to, roles, startsAt, endsAt }: Delegated): string =>
  details([
    ['Delegation', delegationId],
    ['From', from],
    ['To', to],
    ['Roles', roles?.join(', ') ?? 'all'],
    ['Begins', startsAt],
    ['Ends', endsAt],
  ]);
