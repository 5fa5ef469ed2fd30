/**
 * Why a call ends, in the words of gRPC. The code of the fault travels as the status message, so that nothing is
 * lost where several faults share one status.
 */
import { status } from '@grpc/grpc-js';
import type { LinkFault } from '../links.js';

/** Status of a call that is refused. Whatever goes wrong later is a frame of its own. */
export const STATUS_OF: Readonly<Record<LinkFault['code'], status>> = {
  PEER_UNKNOWN: status.PERMISSION_DENIED,
  PEER_IDENTITY: status.UNAUTHENTICATED,
  LINK_LIMIT: status.RESOURCE_EXHAUSTED,
  LINK_CLOSED: status.UNAVAILABLE,
};
