import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CallReply as _isochron_v1_CallReply, CallReply__Output as _isochron_v1_CallReply__Output } from './isochron/v1/CallReply.js';
import type { CallRequest as _isochron_v1_CallRequest, CallRequest__Output as _isochron_v1_CallRequest__Output } from './isochron/v1/CallRequest.js';
import type { OperatorClient as _isochron_v1_OperatorClient, OperatorDefinition as _isochron_v1_OperatorDefinition } from './isochron/v1/Operator.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  isochron: {
    v1: {
      CallReply: MessageTypeDefinition<_isochron_v1_CallReply, _isochron_v1_CallReply__Output>
      CallRequest: MessageTypeDefinition<_isochron_v1_CallRequest, _isochron_v1_CallRequest__Output>
      /**
       * Who can open the socket may give every order.
       */
      Operator: SubtypeConstructor<typeof grpc.Client, _isochron_v1_OperatorClient> & { service: _isochron_v1_OperatorDefinition }
    }
  }
}

