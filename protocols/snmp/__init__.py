"""An SNMP manager in Python: BER, USM, one engine for all targets, column walks."""
