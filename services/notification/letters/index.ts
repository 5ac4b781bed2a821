import * as contexts from './list.ts';

/** Every letter; the notifications take the events that they answer. */
export const letters = Object.values<readonly Listed[]>(contexts).flat();

type Listed = (typeof contexts)[keyof typeof contexts][number];
