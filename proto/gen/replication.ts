import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Answer as _isochron_v1_Answer, Answer__Output as _isochron_v1_Answer__Output } from './isochron/v1/Answer.js';
import type { Bye as _isochron_v1_Bye, Bye__Output as _isochron_v1_Bye__Output } from './isochron/v1/Bye.js';
import type { Entries as _isochron_v1_Entries, Entries__Output as _isochron_v1_Entries__Output } from './isochron/v1/Entries.js';
import type { Fault as _isochron_v1_Fault, Fault__Output as _isochron_v1_Fault__Output } from './isochron/v1/Fault.js';
import type { Feed as _isochron_v1_Feed, Feed__Output as _isochron_v1_Feed__Output } from './isochron/v1/Feed.js';
import type { Fetch as _isochron_v1_Fetch, Fetch__Output as _isochron_v1_Fetch__Output } from './isochron/v1/Fetch.js';
import type { Frame as _isochron_v1_Frame, Frame__Output as _isochron_v1_Frame__Output } from './isochron/v1/Frame.js';
import type { Hello as _isochron_v1_Hello, Hello__Output as _isochron_v1_Hello__Output } from './isochron/v1/Hello.js';
import type { PeerClient as _isochron_v1_PeerClient, PeerDefinition as _isochron_v1_PeerDefinition } from './isochron/v1/Peer.js';
import type { Receipt as _isochron_v1_Receipt, Receipt__Output as _isochron_v1_Receipt__Output } from './isochron/v1/Receipt.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  isochron: {
    v1: {
      Answer: MessageTypeDefinition<_isochron_v1_Answer, _isochron_v1_Answer__Output>
      Bye: MessageTypeDefinition<_isochron_v1_Bye, _isochron_v1_Bye__Output>
      Entries: MessageTypeDefinition<_isochron_v1_Entries, _isochron_v1_Entries__Output>
      Fault: MessageTypeDefinition<_isochron_v1_Fault, _isochron_v1_Fault__Output>
      Feed: MessageTypeDefinition<_isochron_v1_Feed, _isochron_v1_Feed__Output>
      Fetch: MessageTypeDefinition<_isochron_v1_Fetch, _isochron_v1_Fetch__Output>
      Frame: MessageTypeDefinition<_isochron_v1_Frame, _isochron_v1_Frame__Output>
      Hello: MessageTypeDefinition<_isochron_v1_Hello, _isochron_v1_Hello__Output>
      /**
       * One conversation per connection. The dialling side names itself in the request metadata `isochron-node`
       * (40 lower-case hex digits); the answering side checks that the TLS key of the connection is one that the card
       * of this very node pins, and consents by sending its response headers. Then either side may send at any time.
       * 
       * A refusal ends the call: the status message is the fault code alone, for example `LINK_LIMIT`.
       */
      Peer: SubtypeConstructor<typeof grpc.Client, _isochron_v1_PeerClient> & { service: _isochron_v1_PeerDefinition }
      Receipt: MessageTypeDefinition<_isochron_v1_Receipt, _isochron_v1_Receipt__Output>
    }
  }
}

