"""A small district on loopback that speaks the real protocols.

    district   what stands where: sites, switches, ports, links, identities (data, never changes)
    scenario   what breaks when: occurrences as a function of time
    traffic    how busy an office is: integrals of the load curve, so counters need no memory
    world      district + scenario + traffic at one moment: counters, states, temperatures
    mib        a moment of one switch as rows of OIDs
    responder  those rows over SNMP, by pysnmp
    files      the inventory and agent.yaml that watch it

`python -m lab` runs it. Later protocols (a switch's command line, IPv6 tables) read the same world.
"""
