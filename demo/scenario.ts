import type { Client } from '@temporalio/client';
import type { CheckoutClient } from '../client/checkout-client.ts';
import type { ServiceClients } from '../client/services.ts';
import type { System } from '../ops/system/system.ts';
import type { CheckoutInput, CheckoutResult } from '../workflows/checkout/contract.ts';

/** What a scenario may use. */
export interface Stage {
  readonly temporal: Client;
  readonly checkouts: CheckoutClient;
  readonly services: ServiceClients;
  readonly system: System;
}

/** One checkout of the demonstration, with what has to come of it. */
export interface Scenario {
  readonly title: string;
  readonly input: CheckoutInput;
  /** How it is placed, where it is not just placed. */
  readonly place?: (stage: Stage, input: CheckoutInput) => Promise<void>;
  readonly expected: {
    readonly outcome: CheckoutResult['outcome'];
    readonly reason?: string;
    readonly undone: readonly string[];
    /** Events that the ledger and the notifications consumed. */
    readonly events: number;
    readonly journals: number;
    readonly mails: number;
  };
}

/** What the back office does beside the checkouts, and whether that is as it has to be. */
export interface BackOfficeScenario {
  readonly title: string;
  run(stage: Stage): Promise<{ readonly isAsExpected: boolean; readonly came: string }>;
}

/** The scenarios of one process. */
export interface ProcessScenarios {
  /** Placed side by side. */
  readonly sideBySide: readonly Scenario[];
  /** Placed while something is down. */
  readonly outages: readonly Scenario[];
  /** One after the other. @default none */
  readonly backOffice?: readonly BackOfficeScenario[];
}

/** What comes of a checkout that completes. */
export const completed = { outcome: 'completed', undone: [], events: 2, journals: 1, mails: 1 } as const;
/** What comes of a checkout that is refused before anything was done for it. */
export const refused = (reason: string) =>
  ({ outcome: 'refused', reason, undone: [], events: 0, journals: 0, mails: 0 }) as const;
/** What comes of a checkout that is refused after its stock was reserved. */
export const declined = (reason: string) =>
  ({
    outcome: 'refused',
    reason,
    undone: ['cancel the order', 'release the stock'],
    events: 2,
    journals: 0,
    mails: 1,
  }) as const;
