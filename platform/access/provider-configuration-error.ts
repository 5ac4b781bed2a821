import { ConfigurationError } from '../configuration.ts';

/** A provider of identities, or what is told to it, is not set up for what is asked of it. Retrying does not help. */
export class ProviderConfigurationError extends ConfigurationError {
  override readonly name = 'ProviderConfigurationError';
}
