/** What a process is given to do. */
export interface JobMessage<Job> {
  readonly id: number;
  readonly job: Job;
}

/** What a process says: that it has begun, that a job goes on, what came of it, or why the process is of no more use. */
export type ReplyMessage<Result> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'news' }
  | { readonly kind: 'done'; readonly id: number; readonly result: Result }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'useless'; readonly reason: string };
