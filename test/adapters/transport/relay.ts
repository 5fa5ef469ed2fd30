/** A cable that can be pulled: forwards TCP to a port until a test does something to it. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  /** Ends all connections with a reset. */
  cut(): void;
  /** The next chunks that would go beyond this many bytes are not forwarded; everything is reset instead. */
  tear(bytes: number): void;
  /** Forwards nothing any more and tells nobody, as when a route is lost. */
  stall(): void;
  /** Connections that are there now. */
  connections(): number;
  close(): Promise<void>;
}

/** Opens a relay on a free port. @param target the port to forward to, asked for at each connection. */
export async function openRelay(target: () => number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let stalled = false;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk) => {
      if (stalled) return;
      left -= chunk.length;
      if (left < 0) cut();
      else if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('error', () => to.destroy());
    from.on('end', () => to.end());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((front) => {
    const back = connect(target(), 'localhost');
    join(front, back);
    join(back, front);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      cut();
    },
    tear: (bytes) => {
      left = bytes;
    },
    stall: () => {
      stalled = true;
    },
    connections: () => sockets.size / 2,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      return closed;
    },
  };
}
