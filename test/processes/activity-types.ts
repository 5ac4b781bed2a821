import type proto from '@temporalio/proto';

type History = proto.temporal.api.history.v1.IHistory;

/** The types of the activities that a workflow has run, the local ones too, in the order of its history. */
export function activityTypes({ events }: History): string[] {
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: activity, markerRecordedEventAttributes }) => {
    if (activity) return activity.activityType?.name ?? [];
    if (markerRecordedEventAttributes?.markerName !== 'core_local_activity') return [];
    const marker = markerRecordedEventAttributes.details?.['data']?.payloads?.[0]?.data ?? new Uint8Array();
    return String(JSON.parse(Buffer.from(marker).toString('utf8')).activity_type);
  });
}
