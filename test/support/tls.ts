/** TLS identities for tests, made anew in each run. */
import { pinOf, type TlsIdentity } from '../../adapters/transport/grpc/pin.js';
import { type Instant, readInstant } from '../../node/core/time.js';
import { createTlsIdentity } from '../../node/envelope/tls-certificate.js';

/** A key, its certificate and its pin. The dates lie far in the past: nobody may look at them. */
export function makeTls(): TlsIdentity & { readonly pin: string } {
  const { keyPem, certificatePem } = createTlsIdentity(readInstant('1985-01-01T00:00:00Z') as Instant);
  const pin = pinOf(certificatePem);
  if (pin === undefined) throw new Error('the certificate cannot be read back');
  return { key: keyPem, certificate: certificatePem, pin };
}
