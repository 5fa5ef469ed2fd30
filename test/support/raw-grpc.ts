/** A gRPC client made with the library's own means, as another implementation would have it: it may say anything. */
import { Client, type ClientDuplexStream, credentials, Metadata, type status } from '@grpc/grpc-js';
import { CONVERSE, NODE_HEADER } from '../../adapters/transport/grpc/channel.js';
import type { TlsIdentity } from '../../adapters/transport/grpc/pin.js';

/** @param root the certificate of the node that listens there. */
export function stockClient({ key, certificate }: TlsIdentity, port: number, root: string): Client {
  // OpenSSL looks at the dates of a root, so that has to be waived.
  const made = credentials.createSsl(Buffer.from(root), Buffer.from(key), Buffer.from(certificate), {
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  return new Client(`localhost:${port}`, made, {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
  });
}

export interface StockCall {
  readonly call: ClientDuplexStream<Buffer, Buffer>;
  readonly heard: Buffer[];
  /** Code and message of the status with which the call ended. */
  readonly ended: Promise<{ readonly code: status; readonly details: string }>;
}

/** @param node whom it claims to be; absent, it says nothing of that. */
export function converse(client: Client, node: string | undefined): StockCall {
  const metadata = new Metadata();
  if (node !== undefined) metadata.set(NODE_HEADER, node);
  const same = (bytes: Buffer) => bytes;
  const call = client.makeBidiStreamRequest(CONVERSE, same, same, metadata, {});
  const heard: Buffer[] = [];
  call.on('data', (bytes: Buffer) => heard.push(bytes));
  call.on('error', () => undefined);
  const ended = new Promise<{ code: status; details: string }>((resolve) => {
    call.on('status', (last) => {
      client.close();
      resolve(last);
    });
  });
  return { call, heard, ended };
}
