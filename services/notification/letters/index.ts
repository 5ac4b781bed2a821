import { integrationEvents } from '../../../events/contracts/index.ts';
import * as contexts from './list.ts';

type Listed = (typeof contexts)[keyof typeof contexts][number];

const all = Object.values<readonly Listed[]>(contexts).flat();
const isCommanded = ({ event }: Listed): boolean => 'kind' in integrationEvents[event];

/** Every letter that an event owes; the notifications take these events. */
export const letters = all.filter((letter) => !isCommanded(letter));

/** Every letter that is written by command. */
export const commandedLetters = all.filter(isCommanded);
