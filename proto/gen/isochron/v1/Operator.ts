// Original file: proto/isochron/v1/control.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CallReply as _isochron_v1_CallReply, CallReply__Output as _isochron_v1_CallReply__Output } from '../../isochron/v1/CallReply.js';
import type { CallRequest as _isochron_v1_CallRequest, CallRequest__Output as _isochron_v1_CallRequest__Output } from '../../isochron/v1/CallRequest.js';

/**
 * Who can open the socket may give every order.
 */
export interface OperatorClient extends grpc.Client {
  /**
   * One command: a view to read or an order to enter into the home feed. Answered when the entry is on disk.
   */
  Call(argument: _isochron_v1_CallRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_isochron_v1_CallReply__Output>): grpc.ClientUnaryCall;
  Call(argument: _isochron_v1_CallRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_isochron_v1_CallReply__Output>): grpc.ClientUnaryCall;
  Call(argument: _isochron_v1_CallRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_isochron_v1_CallReply__Output>): grpc.ClientUnaryCall;
  Call(argument: _isochron_v1_CallRequest, callback: grpc.requestCallback<_isochron_v1_CallReply__Output>): grpc.ClientUnaryCall;
  /**
   * One command: a view to read or an order to enter into the home feed. Answered when the entry is on disk.
   */
  call(argument: _isochron_v1_CallRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_isochron_v1_CallReply__Output>): grpc.ClientUnaryCall;
  call(argument: _isochron_v1_CallRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_isochron_v1_CallReply__Output>): grpc.ClientUnaryCall;
  call(argument: _isochron_v1_CallRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_isochron_v1_CallReply__Output>): grpc.ClientUnaryCall;
  call(argument: _isochron_v1_CallRequest, callback: grpc.requestCallback<_isochron_v1_CallReply__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Who can open the socket may give every order.
 */
export interface OperatorHandlers extends grpc.UntypedServiceImplementation {
  /**
   * One command: a view to read or an order to enter into the home feed. Answered when the entry is on disk.
   */
  Call: grpc.handleUnaryCall<_isochron_v1_CallRequest__Output, _isochron_v1_CallReply>;
  
}

export interface OperatorDefinition extends grpc.ServiceDefinition {
  Call: MethodDefinition<_isochron_v1_CallRequest, _isochron_v1_CallReply, _isochron_v1_CallRequest__Output, _isochron_v1_CallReply__Output>
}
