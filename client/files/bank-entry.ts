import { FileFault } from './text-file.ts';

/** What came in at the bank as a file says it; all of it as text, until the schema has seen it. */
export interface BankEntry {
  /** Where it stands, human-readable: `line 3`, `entry 2`. */
  readonly place: string;
  readonly account: string;
  readonly bankReference: string;
  readonly currency: string;
  readonly amount: string;
  readonly receivedOn: string;
  readonly payer: string;
  readonly remittance: string;
}

/** How many entries of a statement are no money that came in for good. */
export interface IgnoredEntries {
  readonly debits: number;
  readonly reversals: number;
  /** Announced, and not booked yet: they come again once they are. */
  readonly pending: number;
}

/** A field of a bank's file is at fault. Its message begins with the field: `NtryDtls: …`. */
export class FieldFault extends FileFault {
  readonly place: string;
  readonly field: string;

  constructor(place: string, field: string, message: string) {
    super(`${field}: ${message}`);
    this.place = place;
    this.field = field;
  }
}
