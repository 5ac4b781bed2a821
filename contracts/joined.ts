type Intersection<Union> = (Union extends unknown ? (part: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** All entries of the parts. */
export type Joined<Parts extends Readonly<Record<string, object>>> = {
  readonly [Name in keyof Intersection<Parts[keyof Parts]>]: Intersection<Parts[keyof Parts]>[Name];
};

/**
 * Joins the parts of a list that is a module: each part is one `export` line there.
 *
 * @param parts `import * as parts from './list.ts'`
 */
export function joined<Parts extends Readonly<Record<string, object>>>(parts: Parts): Joined<Parts> {
  return Object.assign({}, ...Object.values(parts)) as Joined<Parts>;
}
