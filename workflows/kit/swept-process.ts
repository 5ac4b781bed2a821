/** How a sweep takes over processes of one kind that no running workflow owns. */
export interface SweptProcess {
  /** Its name: `checkout`. */
  readonly kind: string;
  /** What the services hold for it, as the activity `findAbandoned` knows it. */
  readonly holdings: readonly string[];
  /** The type of the workflow that takes it over, under the process's own id. */
  readonly workflowType: string;
  /** What that one is started with; `undefined` where nothing is to be taken over. */
  readonly requestOf: (id: string) => Promise<unknown>;
}
