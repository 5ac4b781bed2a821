import { createHttpClient, type HttpClientOptions } from '../../platform/http/client.ts';
import type { HttpClient } from '../../platform/http/contract.ts';
import { paymentsContract } from './contract.ts';

/** The payments at a URL: the service may wait for the provider twice, and its caller has to hear what came of it. */
export const createPaymentsClient = (
  options: Pick<HttpClientOptions, 'url' | 'token'>,
): HttpClient<typeof paymentsContract> =>
  createHttpClient(paymentsContract, { ...options, timeoutMilliseconds: 14_000 });
