#!/usr/bin/env node
/** The program `durable-checkout`, for whatever Node the machine has; a link to this file works from any folder. */
process.argv.splice(2, 0, 'client/command-line/durable-checkout.ts');
await import('../../ops/bootstrap.mjs');
