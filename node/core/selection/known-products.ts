/**
 * Starting data: products and other names of organisations that are generally known, so that an empty contact book with
 * names alone already finds `Solaris` or `富士通`. What a contact book says itself stands above it.
 *
 * An organisation is named as it may be called in a contact book, several ways where it changed its name; every
 * contact that answers to one of them is meant.
 */

export interface KnownRow {
  /** Spellings under which the organisation may stand in a contact book. */
  readonly of: readonly string[];
  /** Other names of the organisation itself. */
  readonly alias: readonly string[];
  readonly products: readonly string[];
  /** Named in every second report as what something else runs on: counts where a report is headed by it. */
  readonly platforms: readonly string[];
}

/** `of | aliases | products | platforms`, each list with commas. */
const TABLE = `
Microsoft | マイクロソフト, MSFT | Internet Explorer, Internet Information Server, Internet Information Services, IIS, SQL Server, MSDE, MSSQL, Exchange Server, Outlook, Outlook Express, Outlook Web Access, Microsoft Office, Microsoft Word, Microsoft Excel, PowerPoint, SharePoint, Visual Studio, NetMeeting, Windows Media Player, Windows Messenger, MSN Messenger, Microsoft Edge, Silverlight, DirectX, DirectShow, Hyper-V, MSHTML, Hotmail, Windows Media, Active Directory, Schannel, Windows Defender, Azure, MSXML, FrontPage, Windows Shell, Remote Desktop Protocol, JScript, VBScript, Server Message Block, HTML Help, Windows Server, Windows Kernel, Windows Task Scheduler, Office 365 | Windows, Windows NT, Windows 2000, Windows XP, Windows Vista, Windows 7, Windows 8, Windows 10, Windows CE, Windows Mobile, ウィンドウズ, .NET Framework, ActiveX
Apple | アップル | Mac OS X, Mac OS, macOS, OS X, Safari, QuickTime, iTunes, Apple iPhone, Apple iPad, iPod, AppleShare, AirPort, iChat, CoreGraphics, Darwin Streaming Server, CoreText, Thunderbolt EFI, AppKit, Apple Mail, HFS Plus, iPhoto, FaceTime, HomeKit | Macintosh, iPhone, iPad
Cisco | シスコ, シスコシステムズ | PIX Firewall, Cisco PIX, Adaptive Security Appliance, Cisco ASA, CallManager, AnyConnect, WebEx, Catalyst, Cisco Unity, CatOS, VPN Concentrator, IOS XR, IOS XE, Aironet, Secure ACS |
Oracle | オラクル | Oracle Application Server, Oracle Database, 9iAS, Oracle9i, Oracle8i, Java Runtime Environment, JRE, JDK, Java Web Start, Java Plug-in, Outside In, WebLogic, PeopleSoft, JD Edwards, E-Business Suite, MySQL Server, VirtualBox, GlassFish, Oracle Solaris, Fusion Middleware, iSQLPlus, Java SE, Java Platform, Oracle Forms, Primavera, Hyperion |
Sun | サン・マイクロシステムズ | Solaris, SunOS, StarOffice, iPlanet, Sun ONE, Sun Java, Java System, Cobalt RaQ, NIS+, ToolTalk, Sun Ray, snmpXdmid |
IBM | アイ・ビー・エム, International Business Machines | AIX, DB2, Lotus Notes, Lotus Domino, Domino Web Server, Domino, iNotes, WebSphere, Tivoli, Informix, AS/400, OS/400, z/OS, Rational ClearQuest, Cognos, QRadar, iSeries, Net.Commerce, BigFix, Sametime, Lotus Quickr, Lotus Expeditor, Lotus Sametime, Director CIM |
HP, Hewlett Packard, HPE, Hewlett Packard Enterprise | ヒューレット・パッカード, HPQ | HP-UX, Tru64, OpenView, LaserJet, JetDirect, ProLiant, iLO, OpenVMS, Integrated Lights-Out, SiteScope, LoadRunner, ArcSight, System Management Homepage, Mercury Quality Center, ProCurve, Network Node Manager, Data Protector, StoreOnce, JetAdmin, Quality Center |
Compaq | コンパック | Insight Manager |
Adobe | アドビ, アドビシステムズ | Acrobat, Acrobat Reader, Adobe Reader, Flash Player, Shockwave, Shockwave Player, ColdFusion, Photoshop, Illustrator, Dreamweaver, FrameMaker, PageMaker, InDesign, RoboHelp, Version Cue, Adobe AIR, Flash Media Server | PDF
Macromedia | | Flash Player, ColdFusion, JRun, Shockwave, Dreamweaver |
Mozilla | | Firefox, Thunderbird, SeaMonkey, Bugzilla, Network Security Services, Mozilla Suite, Gecko |
Netscape | | Netscape Navigator, Netscape Communicator, Netscape Enterprise Server |
Google | グーグル | Chrome, Chromium, Chrome OS, ChromeOS, Google Android, Picasa, Gmail, Google Toolbar, Google Desktop, Google Earth, Stagefright, Google Play | Android
ISC, Internet Systems Consortium | | BIND, BIND 9, ISC BIND, ISC DHCP, ISC DHCPD, Kea DHCP |
Apache, Apache Software Foundation, Apache HTTP Server Project | | Apache HTTP Server, Apache Web Server, Apache httpd, Struts, Apache Struts, ActiveMQ, Log4j, CouchDB, Apache Solr, mod_rewrite, Apache Axis, Apache Cordova, Apache Portable Runtime, Apache Subversion |
Apache Tomcat | | Tomcat |
RealNetworks | | RealPlayer, RealOne, RealServer, Helix Server, Helix Universal Server, Helix Player, RealSystem, Helix |
Symantec | シマンテック | Norton AntiVirus, Norton Internet Security, Norton Personal Firewall, Backup Exec, NetBackup, pcAnywhere, Raptor Firewall, Brightmail, LiveUpdate, Symantec Endpoint Protection, Altiris, Enterprise Vault, VelociRaptor, Veritas |
Veritas | | Backup Exec, NetBackup, Storage Foundation |
Computer Associates, CA, CA Technologies | | BrightStor, ARCserve, eTrust, Unicenter, CleverPath, ARCserve Backup, InoculateIT, Message Queuing, CA Siteminder, License Client, Ingres |
Novell | ノベル | NetWare, eDirectory, GroupWise, ZENworks, iManager, iPrint, BorderManager, iChain, Novell Client, NetMail |
McAfee | マカフィー | VirusScan, ePolicy Orchestrator, ePO, SecurityCenter, Gauntlet, Sniffer Agent, VirusScan Online |
Network Associates | | WebShield |
Trend Micro | トレンドマイクロ | OfficeScan, ServerProtect, InterScan, PC-cillin, HouseCall, ScanMail, VirusWall, ウイルスバスター, Control Manager, Deep Security |
Check Point | チェック・ポイント | FireWall-1, VPN-1, ZoneAlarm, SecureClient, SecuRemote |
Zone Labs | | ZoneAlarm |
Juniper, Juniper Networks | ジュニパー | JunOS, NetScreen, ScreenOS, Junos Pulse |
Pulse Secure | | Pulse Connect Secure, Pulse Secure Client |
VMware | ヴイエムウェア | ESX Server, ESXi, vCenter, vSphere, VMware Workstation, AirWatch, Horizon Client, Workspace ONE |
Ipswitch | | IMail, WS_FTP, WhatsUp Gold, WhatsUp, MOVEit |
AOL, America Online, AOL Time Warner | | AOL Instant Messenger, AIM, ICQ, Winamp |
ICQ | | ICQ |
Nullsoft | | Winamp, SHOUTcast |
EMC | | Documentum, NetWorker, Captiva, AutoStart, Avamar, VNX, Dell EMC, ApplicationXtender, AlphaStor |
RSA, RSA Security | | RSA SecurID, ACE/Agent, ACE/Server, BSAFE, RSA Authentication Agent |
SAP | | NetWeaver, SAPgui, SAP GUI, SAP DB, MaxDB, Crystal Reports, SAProuter, Internet Graphics Server |
Sybase | | EAServer, Adaptive Server |
Research in Motion (RIM), BlackBerry | | BlackBerry, BlackBerry Enterprise Server, BlackBerry Link, QNX Neutrino |
QNX, QNX Software Systems, BlackBerry QNX | | QNX, QNX Neutrino |
Siemens | シーメンス | SIMATIC, WinCC, SPPA-T3000, Gigaset, Tecnomatix, SCALANCE, Siemens S7, SINEMA |
Rockwell Automation | | FactoryTalk, RSLogix, ControlLogix, MicroLogix, CompactLogix, Allen-Bradley, RSLinx, EtherNet/IP |
Schneider Electric | | Modicon, Citect, Vijeo, StruxureWare, Accutech |
GE Fanuc, GE Intelligent Platforms | | CIMPLICITY, Proficy, iFIX |
General Electric | | CIMPLICITY, Proficy |
Invensys, Wonderware | | InTouch, SuiteLink, Wonderware InFusion, InBatch |
MIT Kerberos Development Team, MIT Kerberos | | MIT Kerberos, MIT Kerberos 5, krb5, kadmind, krb524d, krb5_recvauth | Kerberos
KTH Kerberos Team, Heimdal Kerberos Project | | Heimdal |
University of Washington | | UW IMAP, Pine |
WU-FTPD Development Group, WU-FTPD | | wu-ftpd, wuftpd |
The PHP Group, PHP | | PHP |
phpBB, phpBB Group | | phpBB |
WordPress, Automattic | | WordPress |
Ruby | | Ruby on Rails, RubyGems |
OpenSSH | | OpenSSH, sshd |
OpenSSL | | OpenSSL, SSLeay |
OpenBSD | | isakmpd, OpenBSD PF |
GnuPG | | GnuPG, GNU Privacy Guard, GPG |
GNU glibc | | glibc, GNU C Library |
GNU Bash | | GNU Bash, bash shell |
Squid | | Squid proxy, Squid Web Proxy Cache |
Samba, Samba Team | | smbd, Samba server |
Sendmail, Sendmail Consortium, Sendmail Inc. | | Sendmail, Sendmail MTA |
Network Time Protocol, NTP Project, NTP.org | | ntpd, NTP daemon, Network Time Protocol daemon |
Cyrus, Cyrus-IMAP, Carnegie Mellon University | | Cyrus IMAP, Cyrus SASL |
Dell | デル | iDRAC, KACE, OpenManage, Dell SupportAssist, Dell Foundation Services, Wyse |
SonicWALL | | SonicWALL, SonicOS |
Lenovo | レノボ | ThinkPad, ThinkServer, ThinkVantage, Lenovo System Update, SHAREit |
Citrix | シトリックス | XenServer, MetaFrame, NetScaler, XenApp, Presentation Server, ICA Client, Citrix Access Gateway, GoToMeeting, XenMobile |
BEA, BEA Systems | | WebLogic, Tuxedo |
Atlassian | | Jira, Confluence, HipChat, Crowd |
Intel | インテル | Active Management Technology, Intel AMT, Centrino, Intel ME, Intel Management Engine, Intel SGX, Puma |
AMD | | Ryzen, EPYC, Opteron |
American Megatrends Incorporated (AMI), AMI | | MegaRAC, Aptio, AMIBIOS |
Phoenix Technologies | | Phoenix BIOS, SecureCore |
Insyde Software | | InsydeH2O |
NETGEAR | ネットギア | ReadyNAS, NETGEAR Genie |
D-Link | ディーリンク | DIR-605L, mydlink, D-ViewCam |
ASUSTeK Computer, ASUS | エイスース | ASUSWRT, ASUS router, ASUS RT |
TP-LINK | | TP-Link Archer |
Ubiquiti, Ubiquiti Networks | | airOS, UniFi, EdgeOS, AirMax |
MikroTik | | RouterOS, Winbox |
Huawei, Huawei Technologies | ファーウェイ | EchoLife, HiSuite, HiLink, EulerOS |
ZyXEL | | ZyNOS, P-660HW, ZyWALL |
Samsung, Samsung Electronics, Samsung Mobile | サムスン | Galaxy S, SyncThru, KNOX, Samsung Kies, Samsung Magician, SmartThings |
LG Electronics, LG | | LG On-Screen Phone |
Motorola | モトローラ | SURFboard, Moto X, Canopy |
HTC | | HTC Android |
Synology | | DiskStation, DiskStation Manager |
QNAP | | Turbo NAS, QTS, Photo Station |
Zoho, ManageEngine, Zoho Corporation, AdventNet | | ManageEngine, ServiceDesk Plus, OpManager, Desktop Central, Zoho CRM |
Fortinet | フォーティネット | FortiGate, FortiOS, FortiClient, FortiManager, FortiWeb, FortiMail, FortiAnalyzer |
Palo Alto Networks | | PAN-OS, GlobalProtect |
F5, F5 Networks | | BIG-IP, FirePass, BIGIP |
SolarWinds | | SolarWinds Orion, Serv-U, N-able, Log and Event Manager |
Accellion | | Accellion FTA, File Transfer Appliance, kiteworks |
Barracuda Networks | | Barracuda Spam Firewall, Barracuda Load Balancer |
Sophos | ソフォス | Sophos UTM, Cyberoam, PureMessage |
Kaspersky | カスペルスキー | Kaspersky Anti-Virus, Kaspersky Internet Security |
Websense, Forcepoint | | Triton, Websense Enterprise |
Blue Coat Systems | | ProxySG, K9 Web Protection |
AVG, AVG Technologies, AVG Anti-virus Software | | AVG Anti-Virus, LinkScanner |
Avast, Avast! Antivirus Software | | avast |
Skype, Skype Technologies | | Skype client |
Autodesk | オートデスク | AutoCAD, Backburner, Autodesk Moldflow |
Yahoo | ヤフー | Yahoo Messenger, Yahoo! Messenger, Yahoo! Music, Zimbra |
Zimbra, Synacor | | Zimbra Collaboration Suite, Zimbra |
Facebook | フェイスブック | Facebook Photo Uploader, WhatsApp, Instagram, osquery |
Amazon | アマゾン | Fire OS, Kindle, Amazon Web Services, FreeRTOS, Alexa |
Liferay | | Liferay Portal |
Opera, Opera Software | | Opera browser, Opera Web Browser |
VideoLAN | | VLC, VLC media player |
Wireshark | | Wireshark |
Ethereal | | Ethereal |
DNSmasq, dnsmasq | | dnsmasq |
NLnet Labs | | Unbound, NSD |
PowerDNS | | PowerDNS Recursor, PowerDNS Authoritative Server |
Red Hat | レッドハット | Red Hat Enterprise Linux, RHEL, JBoss, Red Hat Satellite, ABRT, Red Hat Certificate System, Ansible |
SUSE | | SUSE Linux Enterprise, SLES, openSUSE, YaST |
Ubuntu, Canonical | | apport, Ubuntu Linux |
Mandriva | | Mandrake, Mandrakelinux |
SCO, The SCO Group, Caldera | | UnixWare, OpenServer, OpenLinux |
SGI | | IRIX |
X.Org, X.org Foundation | | Xorg, X.Org server, libXfont |
XFree86 | | XFree86 |
FreeRADIUS | | FreeRADIUS |
Netop | | NetOp Remote Control |
TeamViewer | | TeamViewer client |
RealVNC | | RealVNC, VNC Server |
UltraVNC | | UltraVNC |
LANDesk, Ivanti | | LANDesk Management Suite |
BMC, BMC Software | | Remedy, Track-It, Numara, PATROL Agent, BladeLogic |
Nuance | | Dragon NaturallySpeaking, Nuance PDF Reader |
Foxit, Foxit Software | | Foxit Reader, PhantomPDF |
Honeywell | | ScanServer, Enterprise Buildings Integrator, XL Web |
Yokogawa | 横河電機 | CENTUM, CENTUM CS |
ABB | | ABB PCU400, RobNet |
Areva | | e-terrahabitat |
AutomatedLogic, Automated Logic Corporation | | WebCTRL |
Tridium | | Niagara AX |
Wind River, Wind River Systems | ウインドリバー | VxWorks |
Green Hills Software | | INTEGRITY RTOS |
Kyocera | 京セラ | NetViewer |
Hitachi | 日立, 日立製作所 | JP1, Cosminexus, HiRDB, Groupmax, Hitachi ID |
Fujitsu | 富士通 | Interstage, Systemwalker, FENCE |
NEC | 日本電気 | Aterm, InfoCage, IX2000, ExpressCluster |
Toshiba | 東芝 | FlashAir, Toshiba Bluetooth |
Sony | ソニー | PlayStation, VAIO, Bravia, First4Internet XCP |
Sharp | シャープ | AQUOS |
Panasonic | パナソニック, 松下電器 | Arbitrator |
Mitsubishi Electric | 三菱電機 | MELSEC, GOT2000 |
Canon | キヤノン | imageRUNNER |
Ricoh | リコー | Ricoh printer |
Seiko Epson, Epson | エプソン | Epson printer |
Brother, Brother Industries | ブラザー工業, ブラザー | Brother printer |
Konica Minolta | コニカミノルタ | bizhub |
Fuji Xerox | 富士ゼロックス | DocuCentre |
Xerox | ゼロックス | WorkCentre, DocuShare, Phaser |
Yamaha | ヤマハ | RTX router |
Buffalo, Buffalo Technology | バッファロー | AirStation, LinkStation, TeraStation |
I-O Data, I-O DATA DEVICE | アイ・オー・データ機器, アイ・オー・データ | LAN DISK |
ELECOM | エレコム | Elecom router |
Logitec | ロジテック | LAN-W300N |
Allied Telesis, Allied Telesyn | アライドテレシス | CentreCOM, AlliedWare |
Furukawa Electric | 古河電気工業, 古河電工 | FITELnet |
Internet Initiative Japan (IIJ), IIJ | インターネットイニシアティブ | SEIL |
JustSystem, JustSystems | ジャストシステム | Ichitaro, 一太郎, ATOK |
Cybozu | サイボウズ | Garoon, ガルーン, kintone |
Turbolinux | ターボリナックス | Turbolinux |
Oki Electric, OKI | 沖電気工業, 沖電気 | |
NTT | 日本電信電話 | |
`;

/** The table, read once. */
export const KNOWN_PRODUCTS: readonly KnownRow[] = TABLE.split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [of = '', alias = '', products = '', platforms = ''] = line.split('|');
    return { of: listed(of), alias: listed(alias), products: listed(products), platforms: listed(platforms) };
  });

function listed(cell: string): readonly string[] {
  return cell
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
