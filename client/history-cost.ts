import proto from '@temporalio/proto';

type History = proto.temporal.api.history.v1.IHistory;
type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

const { EventType } = proto.temporal.api.enums.v1;

/** What a workflow costs: the room it takes on the server, and what Temporal Cloud would bill for it. */
export interface HistoryCost {
  readonly events: number;
  readonly workflowTasks: number;
  readonly activities: number;
  readonly localActivities: number;
  /** Starts, updates, signals, activities, timers and search-attribute writes; the local activities of a task count once. */
  readonly billableActions: number;
}

/** Each of these is one billable action. The search attributes that a start brings along are part of the start. */
const billable = new Set([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
]);

/** Counts what a workflow costs, from its history; the rule is in `docs/performance.md`. */
export function historyCost({ events }: History): HistoryCost {
  const all = events ?? [];
  const count = (type: proto.temporal.api.enums.v1.EventType) =>
    all.filter(({ eventType }) => eventType === type).length;
  const local = all.filter(isLocalActivity);
  const tasksWithLocal = new Set(
    local.map(({ markerRecordedEventAttributes }) =>
      String(markerRecordedEventAttributes?.workflowTaskCompletedEventId),
    ),
  );
  const single = all.filter(({ eventType }) => eventType != null && billable.has(eventType)).length;
  return {
    events: all.length,
    workflowTasks: count(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED),
    activities: count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED),
    localActivities: local.length,
    billableActions: single + tasksWithLocal.size,
  };
}

const isLocalActivity = ({ markerRecordedEventAttributes }: HistoryEvent) =>
  markerRecordedEventAttributes?.markerName === 'core_local_activity';
