"""Repeatable measurements: CPU per sample, ratios against peers in one run.

    template     a 52-port switch as rows of BER
    wire         SNMP messages taken apart and put together, as far as a fake agent needs
    fake_agent   a process that answers for ten thousand such switches
    machine      CPU of process trees, cores, medians, what the figures were measured on
    peers        snmp_exporter and pysnmp reading the same columns
    ours         the agent reading them
    ratio, scale, scrape, dead   the measurements; report writes docs/performance.md

`python -m bench` (`./run bench`) runs them. Nothing here is imported by the agent.
"""
