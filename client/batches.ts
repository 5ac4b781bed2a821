/**
 * At most `size` of them in each; the last one has what is left.
 *
 * @param largest bytes of one as JSON; an item that is larger is alone. @default they are not counted
 */
export function batches<Item>(items: readonly Item[], size: number, largest = Number.POSITIVE_INFINITY): Item[][] {
  const all: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const more = largest === Number.POSITIVE_INFINITY ? 0 : Buffer.byteLength(JSON.stringify(item)) + 1;
    const last = all.at(-1);
    if (last && last.length < size && bytes + more <= largest) {
      last.push(item);
      bytes += more;
    } else {
      all.push([item]);
      bytes = more;
    }
  }
  return all;
}
