import { packBridge } from './package.ts';

/** Writes the package into the folder that is named, or the current one. */

const [, , target = process.cwd()] = process.argv;
console.log(`${await packBridge(target)} is written: npm install it in the other project.`);
