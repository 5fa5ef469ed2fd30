/**
 * Subjects of cases as centres sorted them: classes of software with the words that stand for them. Starting data from
 * an analysis of some 600 notes (DOMAIN §5). A keyword list alone finds few vendors, so a subject is a weak ground: it
 * proposes only who asked to hear of it.
 */

const TABLE: Readonly<Record<string, string>> = {
  'server service':
    'IIS, BIND, Oracle Application Server, SQL Server, MSDE, Oracle Database, Apache, Kerberos, FTP, FTP server, DNS server, ' +
    'LDAP, LDAP server, proxy server, DHCP server, SSH, OpenSSH, RADIUS, サーバ, サーバー',
  'network protocol':
    'SNMP, TCP, TCP/IP, UDP, IP, IPsec, IPv6, ICMP, BGP, OSPF, DNS, DHCP, NTP, SSL, TLS, IKE, ISAKMP, SIP, H.323, RIP, ARP, ' +
    'UPnP, WPA, WPA2, Bluetooth, IEEE 802.11, プロトコル',
  'web browser':
    'Internet Explorer, Mozilla, Firefox, Netscape, Safari, Opera, Chrome, browser, ActiveX, ブラウザ',
  'web service':
    'phpBB, CGI, PHP, ASP, JSP, web application, cross-site scripting, SQL injection, bulletin board, CMS, ウェブ',
  'e-mail service':
    'Sendmail, Exchange, Outlook, Lotus Domino, Lotus Notes, Postfix, SMTP, IMAP, POP3, MIME, S/MIME, webmail, IMail, メール',
  'instant messenger': 'instant messenger, Gaim, AIM, ICQ, MSN Messenger, Yahoo Messenger, IRC, Jabber, XMPP',
  'RPC service': 'RPC, DCOM, rpcbind, ToolTalk, XDR, portmapper, CORBA, SMB, CIFS, NFS',
  utility:
    'tar, gzip, gv, antivirus, anti-virus, archive, backup, media player, RealPlayer, QuickTime, Acrobat, ツール',
  programming:
    'compiler, interpreter, Java, JavaVM, Perl, Python, Ruby, .NET, format string, programming language',
  library: 'OpenSSL, zlib, libpng, libtiff, glibc, ASN.1, XML parser, SDK, shared library, ライブラリ',
  'operating system':
    'Windows, Windows 2000, IOS, Solaris, IRIX, Linux, Linux kernel, Mac OS X, HP-UX, AIX, FreeBSD, kernel, OS',
  'network equipment':
    'router, switch, firewall, VPN, access point, modem, wireless router, ルータ, ルーター, スイッチ',
  firmware: 'BIOS, UEFI, firmware, SMM, bootloader, baseband, ファームウェア',
  'control system':
    'SCADA, PLC, HMI, industrial control system, Modbus, DNP3, building automation, 制御システム',
};

/** Each class of software and the words that stand for it. */
export const TAXONOMY: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(TABLE).map(([subject, words]) => [subject, words.split(',').map((word) => word.trim())]),
);
