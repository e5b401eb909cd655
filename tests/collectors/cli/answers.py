# ruff: noqa: E501  devices print as wide as they like
"""Answers of devices: recorded ones, and layouts from the vendors' command references."""

HUAWEI_OSPFV3 = """\
OSPFv3 Process (1)
Total number of peer(s): 3
 Peer(s) in full state: 2
OSPFv3 Area (0.0.0.0)
Neighbor ID      Pri State            Dead Time  Interface          Instance ID
6.6.6.1            1 Full/DR          00:00:31    GE0/2/0              0
2.2.2.2            1 2-Way/DROther    00:00:35   Vlanif100             0
1.1.1.1            1 Full/ -          00:00:30    100GE1/0/1           0
"""
HUAWEI_BGP = """\
 BGP local router ID        : 192.168.1.1
 Local AS number            : 635.88
 Total number of peers      : 2
 Peers in established state : 2
  Peer            V          AS  MsgRcvd  MsgSent  OutQ  Up/Down       State  PrefRcv
  192.168.1.11    4      635.66    47622    49953     0  626h43m Established      551
* 192.168.1.12    4      635.66    47622    49953     0 00:17:49 Established        1
"""
HUAWEI_BGP6 = """\
 BGP local router ID : 203.0.113.1
 Local AS number : 64512
 Total number of peers : 4                 Peers in established state : 2

  Peer                             V          AS  MsgRcvd  MsgSent  OutQ  Up/Down       State  PrefRcv
  100.110.0.110                    4       64540        0        0     0 0655h07m     Connect        0
  2001:DB8:8000:0:198:51:100:254   4       64531 23787944    74957     0 0356h44m Established   253052
  FC00::2B6                        4      64544        0        0     0 0655h07m Idle(Admin)        0
  2001:DB8:8000:1234:5678:1198:5151:1254
                                   4       64531        1        2     0 01:00:56 Established        5
"""
HUAWEI_BGP_VPN = """\
 BGP local router ID : 10.0.0.1
 Local AS number : 64512
 Total number of peers : 1                 Peers in established state : 1

  Peer                             V          AS  MsgRcvd  MsgSent  OutQ  Up/Down       State  PrefRcv
  10.0.0.9                         4       64512       10       10     0 01:00:56 Established       12

  Peer of IPv6-family for vpn instance :

 VPN-Instance gov, Router ID 10.0.0.1:
  2001:DB8:5::2                    4       64599       10       10     0 01:00:56 Established        3
 VPN-Instance police, Router ID 10.0.0.1:
  2001:DB8:6::2                    4       64600       10       10     0 01:00:56        Idle        0
"""
HUAWEI_ISIS = """\

                          Peer information for ISIS(1)

  System Id     Interface          Circuit Id        State HoldTime Type     PRI
--------------------------------------------------------------------------------
MA-JK4961-01H   Eth-Trunk2         0000000087         Up   25s      L2       --
RR-BD3515597G9- GE0/2/0            0000000006         Up   28s      L2       --
01H

Total Peer(s): 2
"""
HUAWEI_IF6 = """\
*down: administratively down
!down: FIB overload down
(l): loopback
(s): spoofing
Interface                    Physical              Protocol VPN
Eth-Trunk127.401             up                    up       --
[IPv6 Address/Prefix Length] 2001:DB8:1000::155:F0CA:A/127
Eth-Trunk127.582             *down                 down     --
[IPv6 Address/Prefix Length] FC00::2B7/127  [TENTATIVE]
Eth-Trunk127.624             up                    down     --
[IPv6 Address/Prefix Length] Unassigned
LoopBack0                    up                    up(s)    --
[IPv6 Address/Prefix Length] 2001:DB8::1/128
"""
HUAWEI_IF6_OLD = """\
*down: administratively down
(l): loopback
(s): spoofing
Interface                    Physical              Protocol
GE0/0/1                      up                    up
[IPv6 Address] 2001::1
"""
HUAWEI_ND = """\
IPv6 Address : FE80::727B:E8FF:FEE9:D329
Link-layer   : 707b-e8e9-d329                     State : STALE
Interface    : GE0/0/1                            Age   : 00h03m02s
VLAN         : 100                                CEVLAN: -
Is Router: TRUE
Secure FLAG  : UN-SECURE

IPv6 Address : 2001:DB8::2
Link-layer   : 707b-e8e9-d330                     State : STALE
Interface    : GE0/0/1                            Age   : 75
VLAN         : -                                  CEVLAN: -
Is Router: FALSE
Secure FLAG  : UN-SECURE

IPv6 Address : 2001:DB8::3
Link-layer   : 707b-e8e9-d331                     State : REACH
Interface    : GE0/0/1                            Age   : 00h00m02s
VLAN         : -                                  CEVLAN: -
Is Router: FALSE
Secure FLAG  : UN-SECURE
-----------------------------------------------------
Total: 3       Dynamic: 3       Static: 0
"""
HUAWEI_ROUTES = """\
Summary Prefixes : 13
Protocol    route       active      added       deleted     freed
DIRECT      4           4           4           0           0
STATIC      1           1           1           0           0
RIPng       0           0           0           0           0
OSPFv3      5           4           8           3           3
IS-IS       0           0           0           0           0
BGP         3           3           3           0           0
UNR         0           0           0           0           0
Total       13          12          16          3           3
"""
HUAWEI_DEFAULT = """\
Routing Table : _public_
Summary Count : 1

 Destination  : ::                                      PrefixLength : 0
 NextHop      : FE80::1                                 Preference   : 60
"""
COMWARE_OSPFV3 = """\

               OSPFv3 Process 1 with Router ID 1.1.1.1

 Area: 0.0.0.1
-------------------------------------------------------------------------
 Router ID       Pri State             Dead-Time InstID Interface
 2.2.2.2         1   Full/DR           00:00:33  0      GE1/0/1
 2.2.2.2         1   Init/ -           00:00:36  0      Vlan1
"""
COMWARE_BGP = """\

 BGP local router ID: 1.2.3.4
 Local AS number: 4259844162
 Total number of peers: 2                 Peers in established state: 1

  * - Dynamically created peer
  Peer                    AS  MsgRcvd  MsgSent OutQ PrefRcv Up/Down  State

  12.123.123.189        100   101225   113460    0       1 0286h47m Established
  2.114.82.34        100        0        0    0       0 0129h15m Connect
"""
COMWARE_BGP6 = """\

 BGP local router ID: 1.2.3.4
 Local AS number: 64512
 Total number of peers: 2                 Peers in established state: 1

  * - Dynamically created peer
  Peer                    AS  MsgRcvd  MsgSent OutQ PrefRcv Up/Down  State

  2001:DB8::2          64512   101225   113460    0       7 01:00:56 Established
  2001:DB8:8000:1234:5678:1198:5151:1254
                       64531        0        0    0       0 0129h15m Idle(Admin)
"""
COMWARE_ND = """\
         Type: S-Static    D-Dynamic    O-Openflow    R-Rule    I-Invalid
IPv6 Address                   Link Layer     VID  Interface      State T  Age
FE80::200:5EFF:FE32:B800    0000-5e32-b800 N/A  GE1/0/1        REACH D  10
2001:DB8::7                 0000-5e32-b801 10   Vlan10         INCMP D  -
"""
COMWARE_IF6 = """\
*down: administratively down
(s): spoofing
Interface                                Physical Protocol IPv6 Address
GigabitEthernet0/0                       up       up       3001::1
LoopBack0                                up       up(s)    2001:DB8::1
Vlan-interface10                         *down    down     Unassigned
"""
COMWARE_ROUTES = """\
 Total prefixes: 8   Active prefixes: 8

 Proto      Routes      Active      Added      Deleted
 DIRECT     4           4           4          0
 STATIC     0           0           0          0
 RIPng      0           0           0          0
 OSPFv3     3           3           3          0
 IS-ISv6    0           0           0          0
 BGP4+      1           1           1          0
 Total      8           8           8          0
"""
COMWARE_ISIS = """\
                         Peer information for IS-IS(1)
                         ----------------------------

 System ID: 0000.0000.0002
 Interface: Vlan100                 Circuit Id: 0000.0000.0002.01
 State: Up     HoldTime: 27s        Type: L1(L1L2)     PRI: 64

 System ID: 0000.0000.0003
 Interface: GE1/0/2                 Circuit Id: 001
 State: Init   HoldTime: 26s        Type: L2           PRI: --
"""
RUIJIE_IF6 = """\
interface GigabitEthernet 0/0 is Down, ifindex: 1, vrf_id 0
  address(es):
    Mac Address: 00:00:00:00:00:01
    INET6: FE80::200:FF:FE00:1 [ TENTATIVE ], subnet is FE80::/64
    INET6: 2001:DB8::1 , subnet is 2001:DB8::/64
interface VLAN 10 is Up, ifindex: 4106, vrf_id 0
  address(es):
    INET6: 2001:DB8:1::1 , subnet is 2001:DB8:1::/64
"""
CISCO_OSPFV3 = """\

            OSPFv3 Router with ID (10.0.0.1) (Process ID 1)

Neighbor ID     Pri   State           Dead Time   Interface ID    Interface
10.0.0.2          1   FULL/DR         00:00:39    4               GigabitEthernet0/1
10.0.0.3          0   2WAY/DROTHER    00:00:33    5               GigabitEthernet0/1
10.0.0.4          0   FULL/  -        00:00:33    6               Vlan10
"""
CISCO_IF6 = """\
TenGigabitEthernet1/1  [up/up]
    FE80::333:3333:3333:3333
    2A01:3333:3333::5
TenGigabitEthernet2/2  [up/up]
    unassigned
Vlan10                 [administratively down/down]
    FE80::1 [TEN]
"""
CISCO_BGP6 = """\
BGP router identifier 10.0.0.1, local AS number 64512
BGP table version is 61, main routing table version 61
12 network entries using 2064 bytes of memory
BGP using 4660 total bytes of memory
BGP activity 14/2 prefixes, 24/6 paths, scan interval 60 secs

Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
2001:DB8::2     4        64513     100     101       61    0    0 01:20:30        5
2001:DB8:0:123:4567:89AB:CDEF:2
                4        64514       0       0        1    0    0 never    Idle (Admin)
2001:DB8::4     4        64515       0       0        1    0    0 3d02h    Active
"""
CISCO_ISIS = """\
Tag 1:
System Id      Type Interface   IP Address      State Holdtime Circuit Id
R2             L2   Gi0/1       10.0.0.2        UP    25       R1.01
"""
CISCO_ROUTES = """\
IPv6 routing table name is default(0) global scope - 257 entries
IPv6 routing table default maximum-paths is 16
Route Source    Networks    Overhead    Memory (bytes)
connected       2           176         272
local           3           264         408
ospf 1          7           616         952
  Intra-area: 5  Inter-area: 2  External-1: 0  External-2: 0
bgp 65001       245         21560       33320
  Internal: 5  External: 240
Total           257         22616       34952
"""
RUIJIE_ROUTES = """\
IPv6 routing table name is default(0) global scope - 6 entries
Route Source    Networks    Overhead
connected       2           168
ospf 1          4           336
Total           6           504
"""
ZTE_ISIS = """\
Process ID: 1
Interface         System id        State     Lev     Holds       SNPA(802.2)    Pri     MT   NSF       AF
xxvgei-1/1/0/24   RR-KSMTP1445-01Z UP        L2      22          PPP            -            Disable   IPv4
xxvgei-1/1/0/2... RAW-KSBJB0072... UP        L2      30          PPP            -       M    Disable   IPv6
"""
FRR_OSPFV3 = """\
{"neighbors":[
  {"neighborId":"10.0.0.2","priority":1,"deadTime":"00:00:31","state":"Full","ifState":"PointToPoint",
   "duration":"00:01:02","interfaceName":"r1-r2","interfaceState":"PointToPoint"},
  {"neighborId":"10.0.0.3","priority":1,"deadTime":"00:00:31","state":"Twoway","ifState":"DROther",
   "duration":"00:01:02","interfaceName":"lan","interfaceState":"DROther"}]}
"""
FRR_BGP6 = """\
{"routerId":"10.0.0.1","as":64512,"vrfId":0,"vrfName":"default","peers":{
 "2001:db8:12::2":{"hostname":"r2","remoteAs":64513,"localAs":64512,"version":4,"msgRcvd":12,
  "msgSent":13,"peerUptime":"00:05:12","peerUptimeMsec":312000,"pfxRcd":4,"pfxSnt":5,
  "state":"Established","idType":"ipv6"},
 "2001:db8:13::3":{"remoteAs":64514,"peerUptime":"never","pfxRcd":0,"state":"Idle (Admin)",
  "idType":"ipv6"}},
 "failedPeers":1,"totalPeers":2}
"""
FRR_ISIS = """\
{"areas":[{"area":"1","circuits":[
 {"circuit":0},
 {"circuit":0,"adj":"r2","interface":{"name":"r1-r2","state":"Up","adj-flaps":1,"circuit-type":"L2",
  "speaks":"IPv4, IPv6","snpa":"2020.2020.2020","area-address":{"isonet":"49.0001"}},
  "level":2,"expires-in":"28s"}]}]}
"""
FRR_ISIS_NAMES = """\
vrf     : default
Level  System ID      Dynamic Hostname
2      0000.0000.0002 r2
2      0000.0000.0007 twin
1      0000.0000.0008 twin
     * 0000.0000.0001 r2
"""
FRR_ROUTES = """\
{"routes":[{"fib":4,"rib":4,"fibOffLoaded":0,"fibTrapped":0,"type":"connected"},
 {"fib":2,"rib":3,"type":"ospf6"},{"fib":1,"rib":1,"type":"ebgp"},{"fib":1,"rib":1,"type":"ibgp"}],
 "routesTotal":9,"routesTotalFib":8}
"""
FRR_INTERFACES = """\
{"lo":{"administrativeStatus":"up","operationalStatus":"up","ipAddresses":[
  {"address":"127.0.0.1/8","secondary":false},{"address":"2001:db8::1/128","secondary":false}]},
 "r1-r2":{"administrativeStatus":"up","operationalStatus":"down","ipAddresses":[
  {"address":"fe80::1/64","secondary":false}]}}
"""
