import { condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';
import { Milestones } from '../../bridge/workflow.ts';
import type { parcelEvents } from './events.ts';

export interface Parcel {
  readonly parcelId: string;
  readonly recipient: string;
}

export interface Scan {
  readonly place: string;
  /** Who took the parcel at the door. */
  readonly signedBy?: string;
}

export const scanSignal = defineSignal<[Scan]>('scan');

const milestonesPerRun = 50;

/** Follows one parcel from the courier's hands to the recipient's door; what is scanned while the broker is away waits. */
export async function trackParcel({ parcelId, recipient }: Parcel, recordedBefore = 0): Promise<void> {
  const milestones = new Milestones<typeof parcelEvents>({ subject: parcelId, recordedBefore });
  const scans: Scan[] = [];
  setHandler(scanSignal, (scan) => void scans.push(scan));
  let isDelivered = false;
  if (recordedBefore === 0) milestones.record('ParcelHandedOver', { parcelId, recipient });
  await milestones.publish();
  while (!isDelivered) {
    await condition(() => scans.length > 0);
    for (const { place, signedBy } of scans.splice(0)) {
      milestones.record('ParcelScanned', { parcelId, place });
      if (signedBy !== undefined) milestones.record('ParcelDelivered', { parcelId, place, signedBy });
      isDelivered ||= signedBy !== undefined;
    }
    await milestones.publish();
    const isLong = milestones.recorded - recordedBefore >= milestonesPerRun;
    if (!isDelivered && isLong && scans.length === 0)
      await continueAsNew<typeof trackParcel>({ parcelId, recipient }, milestones.recorded);
  }
}
