// Original file: proto/isochron/v1/replication.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Frame as _isochron_v1_Frame, Frame__Output as _isochron_v1_Frame__Output } from '../../isochron/v1/Frame.js';

/**
 * One conversation per connection. The dialling side names itself in the request metadata `isochron-node`
 * (40 lower-case hex digits); the answering side checks that the TLS key of the connection is one that the card
 * of this very node pins, and consents by sending its response headers. Then either side may send at any time.
 * 
 * A refusal ends the call: the status message is the fault code alone, for example `LINK_LIMIT`.
 */
export interface PeerClient extends grpc.Client {
  Converse(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_isochron_v1_Frame, _isochron_v1_Frame__Output>;
  Converse(options?: grpc.CallOptions): grpc.ClientDuplexStream<_isochron_v1_Frame, _isochron_v1_Frame__Output>;
  converse(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_isochron_v1_Frame, _isochron_v1_Frame__Output>;
  converse(options?: grpc.CallOptions): grpc.ClientDuplexStream<_isochron_v1_Frame, _isochron_v1_Frame__Output>;
  
}

/**
 * One conversation per connection. The dialling side names itself in the request metadata `isochron-node`
 * (40 lower-case hex digits); the answering side checks that the TLS key of the connection is one that the card
 * of this very node pins, and consents by sending its response headers. Then either side may send at any time.
 * 
 * A refusal ends the call: the status message is the fault code alone, for example `LINK_LIMIT`.
 */
export interface PeerHandlers extends grpc.UntypedServiceImplementation {
  Converse: grpc.handleBidiStreamingCall<_isochron_v1_Frame__Output, _isochron_v1_Frame>;
  
}

export interface PeerDefinition extends grpc.ServiceDefinition {
  Converse: MethodDefinition<_isochron_v1_Frame, _isochron_v1_Frame, _isochron_v1_Frame__Output, _isochron_v1_Frame__Output>
}
