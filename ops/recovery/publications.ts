import { proxySinks, type Sinks, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** What a workflow that is replayed tells of its publications. */
export interface PublicationSinks extends Sinks {
  readonly publications: {
    /** @param batch the argument of the activity that publishes */
    found(batch: unknown): void;
  };
}

/** Loaded into the sandbox of a replay: says what the workflow has published, which its history alone does not hold. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const { publications } = proxySinks<PublicationSinks>();
  const note = (activityType: string, args: readonly unknown[]) => {
    if (activityType === 'publishMilestones') publications.found(args[0]);
  };
  return {
    outbound: [
      {
        scheduleActivity(input, next) {
          note(input.activityType, input.args);
          return next(input);
        },
        scheduleLocalActivity(input, next) {
          note(input.activityType, input.args);
          return next(input);
        },
      },
    ],
  };
};
