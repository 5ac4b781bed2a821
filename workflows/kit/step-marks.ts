/** How the state of a step is shown, in the Web UI and on the command line. */
export const stepMarks = { running: '…', done: '✓', refused: '✗', undone: '↩', interrupted: '■' } as const;
