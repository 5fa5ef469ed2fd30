/**
 * Names that are ordinary words of a report as well. They count only where the whole name stands, company form
 * included, or with other words of the name around them.
 */

const WORDS: readonly string[] = [
  'abb abstract access accessory account action active adapter administrator advanced agent alert all alpha alternative',
  'anonymous any api app appliance application applications arbitrary archive array as assistant at atom attack audio',
  'authentication automated autonomy aware axis backup base basic be bell best beta bind blackboard blog board book boot border',
  'bot box bridge bro broadcast browser buffer build bulletin bus business byte ca cache calendar call card cart case cc cd',
  'cell century cert certificate channel charter chat check choice citadel class clear client clock cloud cnt code',
  'collaboration com comma command commerce common communicator compact compass compiler component composer compress',
  'concord condition connect connected connection console content control convergent cookie core creative credit cross',
  'crossroads crypto cs custom cut cvs cyber data database date debug dec default delegate deterministic device dhcp dial',
  'digital direct directory discovery disk display dns document domain download drive driver dump dynamic e eclipse edge',
  'edit editor efficient element elements email embedded encore engine engrade enterprise entity environment equinox error',
  'essential essent ethernet event evolution exchange excite executive exec explore explorer express extension extreme eye',
  'f factor fax fetch field file filter finger fire firewall first flash flex fluke folder force form format forum foundry',
  'frame framework free front ftp function funk future gallery game gate gateway gear general generic global go good graph',
  'grid groove group guard guardian guest guide hash help home host hosting hotmail html http https hub hush i icon icu id',
  'ike image imap impact in index industrial infra inner input inside insight instant instrument integrity intelligence',
  'interface internet intranet intrinsic intrusion ip ipsec iron isa it java job journal junk kernel key keyboard kit lan',
  'language launch layer ldap lead leader library life light linear link linux list live load local lock log login logic',
  'lookout lucid mac machine macro magic mail manager map mark market master matrix me media member memory menu merit message',
  'messenger meta micro mini mobile mode model modem module monitor motion motive motor mouse move movie multi music mutiny',
  'my name nero net network new news next node norm normal note notes notify ntp number object objective office offline on',
  'one online open option order origin outlook output own pack package packet page panel paper parallels parse particle',
  'partner party pass password patch path pattern pay people performance personal phone photo phoenix picture pilot pipe',
  'pix plan planet platform play player plugin plus point policy poll pop port portal portfolio post postscript power pragma',
  'precise premium press print printer privacy private process product professional profile program progress project promise',
  'protect protocol provider proxy public publisher pulse python quality quantum query quest quick quote rabbit radiant radius',
  'rapid reader real record recovery redirect reference register registry relay release remote report request research',
  'resource response rich right ring risk root route router rpc rss rule run safe sample sanctum scan scanner screen script',
  'sdk search secure security send sensor sentinel sequent serena server service session set share sharp shell shield shop',
  'show signal simple sip site sky smart smb smtp snap sniffer snmp soap social socket software solution solutions sonic sound',
  'source space speed sphere spider spot ssh ssl stack standard star start station status storage store stratus stream string',
  'strong style sudo suite support surf switch symbol sync system t table tag tape target task tcp team telecom telnet',
  'term terminal test text theme third threshold tick ticket tiff time tiny tls token tool toolbar tools top total touch trace',
  'track tracker trade traffic trend trust tunnel turbo ui unify union unit universal universe unix up update upload url usb',
  'user utility value vault vector verity version vertical vibe video view viewer vigilante virtual virus visa visibility',
  'vision visual voice voip volume vpn wave web weblog webmail wellness western whale wide wifi wiki window windows wire wireless',
  'wizard word work works world write x xml zip zone cross-site secpoint sniffer openpgp ipf ole rim mit mono rad mgi adc ras',
  'nest wink august square stripe swift tile hello blink bolt brave fast fusion glow hive iris leap loop max merge nova peak',
  'pixel prime pro reach red rest rocket scout segment sense shift solid sum super tap thread tide torch twist zero zoom slack',
  'container docker image pod node module modules extension notebook note pad drop dropper agent sandbox runtime cluster chain',
];

/** Those who coordinate: they are peers of a case, never told as somebody who makes a product. */
const COORDINATORS: readonly string[] = [
  'cert certcc certcoordinationcenter uscert auscert jpcert jpcertcc niscc ncscuk cpni ciac fedcirc icscert ipa jvn certfi',
  'ncscfi bsi anssi mitre nist cisa idefense idefensevendordisclosure zdi zerodayinitiative tippingpoint secunia kisa',
];

const STOP: ReadonlySet<string> = new Set([...WORDS, ...COORDINATORS].flatMap((row) => row.split(' ')));

/** @param spelled folded and joined, as `spelling.ts` writes it. */
export function isStopName(spelled: string): boolean {
  return (
    STOP.has(spelled) ||
    /^\p{N}+$/u.test(spelled) ||
    (spelled.length === 1 && !/\p{Script=Han}/u.test(spelled))
  );
}
