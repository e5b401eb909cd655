"""A small district on loopback that speaks the real protocols.

    district   what stands where: sites, switches, ports, links, identities (data, never changes)
    scenario   what breaks when: occurrences as a function of time
    faults     what the occurrences of a moment do
    traffic    how busy an office is: integrals of the load curve, so counters need no memory
    streams    what flows through each cable and edge port
    numbering  who has which IPv6 address and router id
    routing    what a switch's IPv6 routing says: adjacencies, sessions, routes
    backbone   the routing of every switch under what is broken
    world      all of that at one moment, as the state of a switch: counters, temperatures
    mib        a moment of one switch as rows of OIDs
    responder  those rows over SNMP, by pysnmp
    files      the inventory and agent.yaml that watch it

`python -m lab` runs it. Another protocol reads the same world.
"""
