/** Rows of the light table: the node itself, its card, its peers and its logs. */
import type { NounRow } from './command.js';
import { row } from './row.js';

export const NODE_NOUNS: readonly NounRow[] = [
  {
    noun: 'init',
    says: 'Make the home of a new node: configuration, keys, card, empty store',
    load: () => import('./commands/init.js'),
    verbs: [
      row(
        '',
        '',
        'Make the home of a new node',
        ['--name <name>', 'name of the organisation', 'needed'],
        ['--role <role>', 'centre, vendor, reception_body or infrastructure_site', 'needed'],
        ['--zone <zone>', 'IANA time zone of its office', 'needed'],
        ['--listen <host:port>', 'where to accept peers; a vendor may leave it out'],
        ['--advertise <name:port...>', 'where peers reach it; the listening address if left out'],
        ['--languages <tag...>', 'languages, most preferred first'],
        ['--namespace <url>', 'https origin under which it publishes; a centre needs one'],
        ['--id-prefix <prefix>', 'prefix of its public ids, such as VU; a centre needs one'],
        ['--embargo-days <days>', 'embargo that it keeps by default'],
        ['--reply-by-days <days>', 'days within which it answers'],
        ['--cycle <name...>', 'patch cycles from the catalogue'],
        ['--holidays <country>', 'holidays of its office: GB, JP or US'],
        ['--auto-accept', 'agree to proposals within its own constraints without asking'],
        ['--passphrase-file <file>', 'file with the passphrase of the keys; made if left out'],
        ['--public-dir <dir>', 'where advisories are published'],
        ['--drill', 'a node for exercises, which production refuses'],
        ['--drill-start <instant>', 'what the clock of the exercise shows first'],
      ),
    ],
  },
  {
    noun: 'run',
    says: 'Run the node until it is told to stop',
    load: () => import('./commands/run.js'),
    verbs: [row('', '', 'Run the node', ['--journal <file>', 'append the journal there instead of stderr'])],
  },
  {
    noun: 'status',
    says: 'Links, feeds, cases, what is due, and alarms',
    load: () => import('./commands/status.js'),
    verbs: [row('', '', 'The node on one page; exit 4 where something is wrong')],
  },
  {
    noun: 'doctor',
    says: 'Check configuration, keys, files, clock and store',
    load: () => import('./commands/doctor.js'),
    verbs: [row('', '', 'Check the home of the node and say what to do')],
  },
  {
    noun: 'demo',
    says: 'An exercise: three centres, their vendors, one case',
    load: () => import('./commands/demo.js'),
    verbs: [
      row(
        '',
        '',
        'Play one case with real processes on a drill clock, to the publication at one instant',
        ['-o, --output <dir>', 'new folder for homes and advisories; a temporary one if left out'],
        ['--transport <name>', 'grpc (as it is if left out), libp2p, or mixed'],
        ['--case <file>', 'play a real case from a file that "import cert-cc" reads'],
        ['--id <id>', 'with --case: which note, such as VU#900001'],
      ),
    ],
  },
  {
    noun: 'card',
    says: 'The signed self-description of this node',
    load: () => import('./commands/card.js'),
    verbs: [
      row('show', '', 'Print the card'),
      row('export', '', 'Write the card to a file for peers', ['-o, --output <file>', 'file to write']),
      row('renew', '', 'Sign a new card from the configuration, with the next sequence number'),
    ],
  },
  {
    noun: 'peer',
    says: 'Other nodes and how far they are trusted',
    load: () => import('./commands/peer.js'),
    verbs: [
      row('add', '<file...>', 'Put cards on file; nothing is sent before they are verified'),
      row('add-from-case', '<case>', 'Put the cards that travelled with a case on file'),
      row(
        'verify',
        '<peer>',
        'Say that the fingerprint was compared over another channel',
        ['--fingerprint <hex>', 'all 40 digits, as the peer read them out', 'needed'],
        ['--method <how>', 'how they were compared: telephone, in person, …', 'needed'],
      ),
      row('list', '', 'All peers, their standing and their links'),
      row('resay', '<peer>', 'Say anew what the peer could not open, once its key is right'),
      row('remove', '<peer>', 'End the trust in a peer; its logs stay'),
    ],
  },
  {
    noun: 'backup',
    says: 'Everything that the store holds, as files; keys apart',
    load: () => import('./commands/backup.js'),
    verbs: [
      row('create', '<dir>', 'Write a backup into an empty or new directory, while the node goes on'),
      row('verify', '<dir>', 'Recompute every log of a backup and check every signature'),
    ],
  },
  {
    noun: 'restore',
    says: 'Put a backup back; the next start hears from the peers what was said since',
    load: () => import('./commands/restore.js'),
    verbs: [
      row('', '[dir]', 'Put a backup into a home that has keys and no store', [
        '--empty',
        'make an empty store instead: everything comes back from the peers',
      ]),
    ],
  },
  {
    noun: 'log',
    says: 'What was said to and heard from each peer, and proofs of it',
    load: () => import('./commands/log.js'),
    verbs: [
      row('list', '', 'All feeds with size and root'),
      row(
        'show',
        '<peer>',
        'Entries of one feed; "home" for the own one',
        ['--direction <way>', 'out or in (out)'],
        ['--from <sequence>', 'first entry'],
        ['--most <count>', 'how many'],
      ),
      row('tail', '', 'The newest entries of all feeds', ['--most <count>', 'how many']),
      row(
        'verify',
        '[peer]',
        'Recompute logs and check every signature',
        ['--direction <way>', 'out or in (both)'],
        ['--dir <exported>', 'check an exported log instead'],
        ['--author-card <file>', 'with --dir: card whose key must have signed it'],
        ['--peer-card <file>', 'with --dir: card whose key must have cosigned it'],
      ),
      row(
        'prove',
        '<peer>',
        'Proof that one entry is in the log',
        ['--sequence <number>', 'place of the entry, from 0', 'needed'],
        ['--direction <way>', 'out or in (out)'],
      ),
      row(
        'export',
        '<peer>',
        'Write one log as plain files for other tools',
        ['-o, --output <dir>', 'an empty or new directory', 'needed'],
        ['--direction <way>', 'out or in (out)'],
      ),
    ],
  },
  {
    noun: 'drill',
    says: 'The clock of an exercise (DRILL nodes only)',
    load: () => import('./commands/drill.js'),
    verbs: [
      row('clock', '', 'What the clock shows'),
      row('jump', '', 'Move the clock forward', ['--to <instant>', 'RFC 3339 in UTC', 'needed']),
      row('idle', '', 'Whether everything is said, heard and acknowledged'),
      row('due', '', 'The next instant at which anything may become due'),
    ],
  },
];
