import { statSync } from 'node:fs';
import { ExecaError } from 'execa';
import { describeScript } from '../../platform/script.ts';
import { packBridge } from './package.ts';

const command = describeScript(
  'npm run pack-bridge --',
  'Packs the bridge and the library of messaging for npm, so that another project can install them.',
)
  .argument('[folder]', 'where the package goes', '.')
  .parse();

const [folder = '.'] = command.processedArgs as [string?];
if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  command.error(`error: there is no folder ${folder}; make it, or name another one`);
}
try {
  console.log(`${await packBridge(folder)} is written: npm install it in the other project.`);
} catch (error) {
  if (!(error instanceof ExecaError)) throw error;
  console.error(`The package could not be made in ${folder}: ${error.shortMessage}\n${error.stderr}`);
  process.exitCode = 1;
}
