/** What a network transport says when it cannot listen where the configuration wants it to. */
import { Breakage } from '../../node/core/fault.js';

/** @param where field of the configuration. @returns CONFIG_FIELD, to be thrown. */
export function addressTaken(where: '/grpc/listen' | '/libp2p/listen', cause: unknown): Breakage {
  const expects = 'an address of this machine that no other program listens on';
  return new Breakage({ code: 'CONFIG_FIELD', where, expects }, cause);
}
