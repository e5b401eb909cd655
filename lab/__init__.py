"""A small district on loopback that speaks the real protocols.

    district   what stands where: sites, switches, ports, links, identities (data, never changes)
    scenario   what breaks when: occurrences as a function of time
    faults     what the occurrences of a moment do
    traffic    how busy an office is: integrals of the load curve, so counters need no memory
    streams    what flows through each cable and edge port
    world      all of that at one moment, as the state of a switch: counters, temperatures
    mib        a moment of one switch as rows of OIDs
    responder  those rows over SNMP, by pysnmp
    files      the inventory and agent.yaml that watch it

`python -m lab` runs it. Later protocols (a switch's command line, IPv6 tables) read the same world.
"""
