/**
 * Lets this process outlive those who read what it prints, as `head` does that ends after a few lines: without it, the
 * next line would end the process.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
