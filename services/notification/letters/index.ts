import type { subscriptions } from '../../../events/subscriptions.ts';
import type { Letter } from '../letter.ts';
import * as contexts from './list.ts';

type Subscribed = (typeof subscriptions.notification.events)[number];
type Listed = (typeof contexts)[keyof typeof contexts][number];

/** Every letter. One for an event that is not subscribed to does not compile. */
export const letters = Object.values<readonly Listed[]>(contexts).flat() satisfies readonly Letter<Subscribed>[];
