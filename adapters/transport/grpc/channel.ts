/**
 * What both sides of a gRPC conversation share: the method, the options in full, and the wire of a call.
 *
 * Frames are encoded by `node/wire` for every transport alike; gRPC is handed bytes and hands back bytes.
 */
import {
  type ChannelOptions,
  type ClientDuplexStream,
  compressionAlgorithms,
  type ServerDuplexStream,
} from '@grpc/grpc-js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Wire } from '../link.js';

/** `Peer.Converse` of `proto/isochron/v1/replication.proto`. */
export const CONVERSE = '/isochron.v1.Peer/Converse';

/** Request metadata in which the dialling side names its node. */
export const NODE_HEADER = 'isochron-node';

/** A frame, as gRPC carries it. */
export function asBytes(bytes: Buffer): Buffer {
  return bytes;
}

/**
 * A little over the bound of a frame, so that a frame just over it is refused by its own name; what is larger
 * still is cut off by gRPC before it is received.
 */
const RECEIVE_BYTES = LIMITS.frameBytes.most + (1 << 20);

/** Options of a server. Nothing is left to a default on which a bound or a promise hangs. */
export function serverOptions(keepaliveMs: number): ChannelOptions {
  return {
    'grpc.max_receive_message_length': RECEIVE_BYTES,
    // What is sent was bounded when it was encoded; who tests other nodes says what is over the bound.
    'grpc.max_send_message_length': RECEIVE_BYTES,
    'grpc.keepalive_time_ms': keepaliveMs,
    'grpc.keepalive_timeout_ms': keepaliveMs,
    'grpc.keepalive_permit_without_calls': 1,
    'grpc.max_concurrent_streams': 1,
    'grpc.enable_channelz': 0,
  };
}

/**
 * Options of a channel, which lives for one call. The corridor decides when to dial again, so gRPC must neither
 * retry nor reconnect behind its back, nor share a connection, nor look for settings in DNS or for a proxy in
 * the environment.
 */
export function clientOptions(keepaliveMs: number): ChannelOptions {
  return {
    ...serverOptions(keepaliveMs),
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.initial_reconnect_backoff_ms': LIMITS.backoffMs.most,
    'grpc.max_reconnect_backoff_ms': LIMITS.backoffMs.most,
    'grpc.default_compression_algorithm': compressionAlgorithms.identity,
    // The default of 64 KiB would be all that crosses in one round trip of a long path.
    'grpc-node.flow_control_window': LIMITS.linkBytes.most,
  };
}

type Call = ClientDuplexStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

/** The moving parts of a link on a call; `finish` is what the side does beyond ending its direction. */
export function wireOf(call: Call, finish: () => void): Wire {
  return {
    write: (bytes, taken) => {
      // gRPC calls back when the bytes are on the socket, and not at all once the call is over.
      call.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), (error: unknown) => {
        if (!error) taken();
      });
    },
    pause: () => {
      call.pause();
    },
    resume: () => {
      call.resume();
    },
    finish: () => {
      call.end();
      finish();
    },
  };
}
