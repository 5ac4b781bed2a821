import { type RoleKind, type RoleName, roleOf } from '../../roles/roles.ts';

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
 * The processes of some roles: those of a kind share one. A worker has its own: it calculates while the others wait.
 *
 * @param alone roles that share with none
 */
export function groupRoles(names: readonly RoleName[], alone: readonly RoleName[]): RoleProcess[] {
  const groups = Map.groupBy(names, (name) => {
    const { kind } = roleOf(name);
    return alone.includes(name) || kind === 'worker' ? name : kind;
  });
  return [...groups.values()].map((roles) => {
    const [first] = roles;
    if (roles.length === 1 && first) return processOf(first);
    const { kind } = roleOf(first as RoleName);
    return { name: `${kind}s`, kind, roles, ...sparing };
  });
}
