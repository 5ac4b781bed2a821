import { ConfigurationError } from '../configuration.ts';

/** What is sealed cannot be opened, as a key is missing. The message names it, and the remedy. */
export class MissingKeyError extends ConfigurationError {
  override readonly name = 'MissingKeyError';
}
