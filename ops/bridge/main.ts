import { statSync } from 'node:fs';
import { packBridge } from './package.ts';

/** Writes the package into the folder that is named, or the current one. */

const [, , target = process.cwd()] = process.argv;
if (statSync(target, { throwIfNoEntry: false })?.isDirectory()) {
  console.log(`${await packBridge(target)} is written: npm install it in the other project.`);
} else {
  console.error(`There is no folder ${target}. Name the one that the package goes to: npm run pack-bridge -- FOLDER`);
  process.exitCode = 2;
}
