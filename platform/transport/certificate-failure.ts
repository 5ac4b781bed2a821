/** Codes of OpenSSL and of Node for a certificate that is not believed. */
const untrusted =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|INVALID_CA|HOSTNAME_MISMATCH|CRL_|PATH_LENGTH)/;
/** Codes and messages of an end that speaks no TLS, or refuses ours. */
const refused = /^(ERR_SSL_|EPROTO$)/;

/**
 * What is wrong with the TLS of a connection that failed, with the remedy; `undefined` where it failed for another reason.
 * `the certificate is not trusted (CERT_HAS_EXPIRED): …`
 */
export function describeTlsFailure(error: unknown): string | undefined {
  for (let each = error; typeof each === 'object' && each !== null; each = (each as { cause?: unknown }).cause) {
    const { code } = each as { readonly code?: unknown };
    if (typeof code !== 'string') continue;
    if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired (CERT_HAS_EXPIRED): renew it there';
    if (untrusted.test(code)) {
      return `its certificate is not trusted (${code}): name the file of its authority in NODE_EXTRA_CA_CERTS, and the host as the certificate does`;
    }
    if (refused.test(code)) {
      return `TLS is refused (${code}): it speaks another protocol, or wants a certificate of the caller (TLS_CLIENT_CERT_FILE)`;
    }
  }
  return undefined;
}
