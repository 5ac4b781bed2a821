/** Imported first, it lets the test itself, which is the client, keep its spans where the processes keep theirs. */
process.env['OTEL_TRACES_FILE'] = process.env['TRACES_FILE'];
