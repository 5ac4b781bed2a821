import type { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';

/** What Visibility knows of a workflow, as far as a list shows it. */
export interface ListedWorkflow {
  readonly typedSearchAttributes: TypedSearchAttributes;
  readonly memo?: Readonly<Record<string, unknown>> | undefined;
}

/** A column of a list. */
export interface Column<Facts extends object = object> {
  readonly title: string;
  /** What it adds to a row. */
  factsOf(workflow: ListedWorkflow): Facts;
  /** The facts of a row, human-readable; empty where they are not known. */
  describe(row: Facts): string;
}

/** How processes of a kind are listed. */
export interface Listing {
  /** Where a process writes its state down. @default nowhere: its workflow and its result say in which state it is */
  readonly writtenState?: ReturnType<typeof defineSearchAttributeKey<typeof SearchAttributeType.KEYWORD>>;
  /** What is shown between the id of a process and whom it waits for, in this order. */
  readonly columns: readonly (Column | 'state')[];
}

/** Defines a column by what it takes from a workflow. */
export const defineColumn = <Facts extends object>(column: Column<Facts>): Column<Facts> => column;
