/** One row of the failure catalogue. */
export interface FailureDefinition {
  /** One human-readable line; the title of the HTTP problem. */
  readonly title: string;
  /** `expected`: a refusal that belongs to the business. `defect`: something has to be fixed. */
  readonly kind: 'expected' | 'defect';
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly httpStatus: number;
  /** The name of the gRPC status code, as in `google.rpc.Code`. */
  readonly grpcCode: string;
  /**
   * What the customer reads: one sentence without jargon. It is read alone on a page, and in mails after
   * "Your order 7 was cancelled." and "We could not take the payment of 59.98 USD for your order 7."
   */
  readonly customer: string;
  /** A payment came to nothing for it: the customer has one mail, about the payment. For all else it is about the order. */
  readonly aboutPayment?: true;
  /** What the operator does: one sentence. */
  readonly operator: string;
}
