/** Homes of the exercise: configurations, free ports, places of the sockets. */
import { mkdir, mkdtemp, readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Breakage } from '../../core/fault.js';
import { type Carrier, carried } from './carried.js';
import { type Cast, type CentreKey, type CentrePart, DRILL_START, type VendorPart } from './cast.js';

/** One node before it has keys: where it will live and what its configuration file will say. */
export interface Place {
  readonly key: string;
  readonly name: string;
  readonly home: string;
  readonly socket: string;
  readonly role: 'centre' | 'vendor';
  readonly zone: string;
  readonly officer: string;
  readonly centre: CentreKey;
  readonly fields: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

/** A path of a unix socket may have 103 bytes; under a longer folder the sockets go elsewhere. */
const LONGEST_ROOM = 60;

/**
 * Where everything of one exercise lies.
 * @param wanted a new or empty folder; absent: a fresh one of the system.
 * @throws Breakage COMMAND_MALFORMED where the folder holds something.
 */
export async function openFolder(wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), 'isochron-demo-'));
  const found = await stat(wanted).catch(() => undefined);
  if (found !== undefined && (!found.isDirectory() || (await readdir(wanted)).length > 0))
    throw new Breakage({ code: 'COMMAND_MALFORMED', where: wanted, expects: 'a new or empty folder' });
  await mkdir(wanted, { recursive: true });
  return wanted;
}

/** The places of the whole cast; centres come first. */
export async function placesFor(cast: Cast, folder: string, carrier: Carrier): Promise<readonly Place[]> {
  const sockets =
    Buffer.byteLength(folder) <= LONGEST_ROOM
      ? join(folder, 'sockets')
      : await mkdtemp(join(tmpdir(), 'isochron-'));
  await mkdir(sockets, { recursive: true, mode: 0o700 });
  const ports = await freePorts(2 * cast.centres.length);
  const centres = cast.centres.map((part, at) => {
    const [grpc = 0, libp2p = 0] = ports.slice(2 * at);
    return centrePlace(part, folder, sockets, carried(carrier, at, { grpc, libp2p }));
  });
  const vendors = cast.vendors.map((part, at) =>
    vendorPlace(part, folder, sockets, carried(carrier, at, undefined)),
  );
  return [...centres, ...vendors];
}

function centrePlace(part: CentrePart, folder: string, sockets: string, reached: Fields): Place {
  const { key, name, zone, officer, languages, namespace, idPrefix, embargoDays, autoAccept, holidays } =
    part;
  const socket = join(sockets, `${key}.sock`);
  return {
    key,
    name,
    home: join(folder, key),
    socket,
    role: 'centre',
    zone,
    officer,
    centre: key,
    fields: {
      ...drill(name, 'centre', zone, socket),
      languages,
      namespace,
      idPrefix,
      embargoDays,
      autoAccept,
      holidays,
      officer,
      ...reached,
    },
  };
}

function vendorPlace(part: VendorPart, folder: string, sockets: string, reached: Fields): Place {
  const { key, name, zone, officer, centre } = part;
  const socket = join(sockets, `${key}.sock`);
  return {
    key,
    name,
    home: join(folder, 'vendors', key),
    socket,
    role: 'vendor',
    zone,
    officer,
    centre,
    fields: { ...drill(name, 'vendor', zone, socket), officer, ...reached },
  };
}

function drill(
  name: string,
  role: string,
  zone: string,
  controlSocket: string,
): Readonly<Record<string, unknown>> {
  return { name, role, mode: 'drill', zone, drillStart: DRILL_START, controlSocket };
}

/** So many ports of the loopback that nobody uses now. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  // Held together until all are known, so that none is given out twice.
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
