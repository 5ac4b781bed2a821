/** The header in which the calls of a workflow carry what joins them with the events about the same order. */
export const correlationHeader = 'correlation-id';
