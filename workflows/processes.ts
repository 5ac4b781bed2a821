import * as definitions from './definitions.ts';

/** The definition of every kind of process. */
export const processes = Object.values(definitions);
