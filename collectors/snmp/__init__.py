"""Devices over SNMP: profiles as data, and the poller that follows them."""
