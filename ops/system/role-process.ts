import { type RoleKind, type RoleName, roleKinds, roleOf } from '../../roles/roles.ts';

/** One process of the system: the roles that it runs, and what bounds its memory. */
export interface RoleProcess {
  /** What it and its log are called. */
  readonly name: string;
  readonly kind: RoleKind;
  readonly roles: readonly RoleName[];
  readonly nodeOptions?: readonly string[] | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** A tenth less memory for a little more processor time: on a machine of one's own the memory is what is short. */
const sparing = { nodeOptions: ['--max-semi-space-size=2'], environment: { MALLOC_ARENA_MAX: '2' } };

/** The process of one role alone. */
export function processOf(name: RoleName): RoleProcess {
  const { kind, nodeOptions, environment } = roleOf(name);
  return { name, kind, roles: [name], nodeOptions, environment };
}

/**
 * The processes of some roles: the workers share one, since they calculate while others wait, and all others share one.
 *
 * @param alone roles that share with none
 */
export function groupRoles(names: readonly RoleName[], alone: readonly RoleName[]): RoleProcess[] {
  const [workers, others] = [true, false].map((isWorker) =>
    names.filter((name) => !alone.includes(name) && (roleOf(name).kind === 'worker') === isWorker),
  );
  return [
    ...names.filter((name) => alone.includes(name)).map(processOf),
    ...share('workers', workers),
    ...share('services', others),
  ];
}

function share(name: string, roles: readonly RoleName[] = []): RoleProcess[] {
  const [first] = roles;
  if (!first) return [];
  const kind = roleKinds.find((each) => roles.some((role) => roleOf(role).kind === each)) as RoleKind;
  return [roles.length === 1 ? processOf(first) : { name, kind, roles, ...sparing }];
}
