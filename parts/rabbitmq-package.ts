import { chmodSync, globSync, lstatSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.ts';
import { downloadPackages, isElf, type Suite, unpackPackages } from './debian-packages.ts';
import { programEnvironment } from './environment.ts';

const erlang = [
  'asn1',
  'base',
  'crypto',
  'eldap',
  'inets',
  'mnesia',
  'os-mon',
  'parsetools',
  'public-key',
  'runtime-tools',
  'ssl',
  'syntax-tools',
  'tools',
  'xmerl',
].map((name) => `erlang-${name}`);

/** The libraries that Erlang is linked to; the last one has another name in releases before 2024. */
const libraries = [
  'libc6',
  'libcap2',
  'libgcc-s1',
  'libsctp1',
  'libstdc++6',
  'libsystemd0',
  'libtinfo6',
  'libzstd1',
  'zlib1g',
];
const cryptography = ['libssl3t64', 'libssl3'];

/**
 * Makes a private RabbitMQ with its Erlang out of a distribution's packages: no root, no change to the system, and it
 * may be moved to another folder.
 * @param directory where it comes to lie; the server is under `root/usr/lib/rabbitmq`
 */
export async function unpackRabbitMq(suite: Suite, directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const files = await downloadEither(suite, directory);
  const root = path.join(directory, 'root');
  await unpackPackages(files, root);
  rmSync(path.join(directory, 'packages'), { recursive: true });
  rmSync(path.join(directory, 'apt'), { recursive: true });
  useOwnLoader(root);
  useOwnFolder(root);
  await run(path.join(root, 'usr/lib/erlang/bin/erl'), ['-noshell', '-eval', checkCryptography], {
    environment: programEnvironment({ HOME: directory }),
    timeout: 60_000,
  });
}

const checkCryptography = 'ok = application:start(crypto), halt().';

async function downloadEither(suite: Suite, directory: string): Promise<string[]> {
  const [now, before] = cryptography.map((name) => [...libraries, name, ...erlang, 'rabbitmq-server']);
  try {
    return await downloadPackages(suite, now ?? [], directory);
  } catch (error) {
    if (!String(error).includes(cryptography[0] ?? '')) throw error;
    return await downloadPackages(suite, before ?? [], directory);
  }
}

/**
 * Programs of another release need that release's C library. Each one is put behind a script that starts it with the
 * loader and the libraries that lie beside it; unlike LD_LIBRARY_PATH this does not reach the programs it starts.
 */
function useOwnLoader(root: string): void {
  const [loader] = globSync('usr/lib/*-linux-*/ld-linux*.so.*', { cwd: root }).concat(
    globSync('lib/*-linux-*/ld-linux*.so.*', { cwd: root }),
  );
  if (loader === undefined) throw new Error('The packages contain no loader for programs.');
  const folders = ['usr/lib', 'lib'].map((parent) => path.join(parent, path.basename(path.dirname(loader))));
  const programs = globSync(
    ['usr/lib/erlang/bin/*', 'usr/lib/erlang/erts-*/bin/*', 'usr/lib/erlang/lib/*/priv/bin/*'],
    {
      cwd: root,
    },
  );
  for (const program of programs) {
    const file = path.join(root, program);
    if (lstatSync(file).isSymbolicLink()) {
      // Called through a link, the script behind it would look for the libraries beside the link.
      const destination = readlinkSync(file);
      rmSync(file);
      writeScript(file, `exec "\${0%/*}/${destination}" "$@"`);
      continue;
    }
    if (!lstatSync(file).isFile() || !isElf(file)) continue;
    renameSync(file, `${file}.program`);
    const up = path.relative(path.dirname(program), '.');
    const search = folders.map((folder) => `"$here/${up}/${folder}"`).join(':');
    writeScript(
      file,
      `here=\${0%/*}
exec "$here/${up}/${loader}" --library-path ${search} --argv0 "$0" "$0.program" "$@"`,
    );
  }
}

function writeScript(file: string, commands: string): void {
  writeFileSync(file, `#!/bin/sh\n${commands}\n`);
  chmodSync(file, 0o755);
}

/** The start scripts name the folder that the system's Erlang has, which may be there in another version. */
function useOwnFolder(root: string): void {
  const scripts = globSync(['usr/lib/erlang/bin/{erl,start}', 'usr/lib/erlang/erts-*/bin/{erl,start}'], { cwd: root });
  for (const script of scripts) {
    const file = path.join(root, script);
    if (!lstatSync(file).isFile()) continue;
    const up = path.relative(path.dirname(script), 'usr/lib/erlang');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll('ROOTDIR=/usr/lib/erlang', `ROOTDIR=$(cd "\${0%/*}/${up}" && pwd)`));
  }
}
