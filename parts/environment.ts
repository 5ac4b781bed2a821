import { shedShell } from '../platform/shell.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What any program needs of the machine. */
const ofTheMachine = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_CACHE_HOME'] as const;

/** What decides how things outside of the machine are reached. */
const ofTheNetwork =
  /^((http|https|all|grpc|no|no_grpc)_proxy|(HTTP|HTTPS|ALL|NO)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/;

/** What else of a shell's environment a program is meant to see. */
interface Meant {
  /** Variables by their names. */
  readonly names?: readonly string[];
  /** Variables by how their names begin, such as `TEMPORAL_`. */
  readonly prefixes?: readonly string[];
  /** Whether it reaches something outside of this machine: then it sees proxies and certificates. Default: false. */
  readonly reachesOut?: boolean;
}

/**
 * The environment of a part or of a process of ours: what it is meant to see of the shell's variables, and what is its
 * own. Nothing else of a shell gets through, so that nothing else can break or redirect it. Time zone and language are
 * the same on every machine.
 *
 * @param own the program's own variables; they count before those of the shell, and an `undefined` one is left out
 */
export function programEnvironment(
  own: Variables,
  meant: Meant = {},
  shell: Variables = process.env,
): NodeJS.ProcessEnv {
  const { names = [], prefixes = [], reachesOut = false } = meant;
  const clean = { ...shell };
  shedShell(clean);
  const isMeant = (name: string) =>
    [...ofTheMachine, ...names].includes(name) ||
    prefixes.some((prefix) => name.startsWith(prefix)) ||
    (reachesOut && ofTheNetwork.test(name));
  const kept = Object.entries(clean).filter(([name]) => isMeant(name));
  const all = { PATH: '/usr/bin:/bin', ...Object.fromEntries(kept), TZ: 'UTC', LC_ALL: 'C', ...own };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
