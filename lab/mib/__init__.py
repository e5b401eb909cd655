"""A moment of one switch as rows of OIDs, one file a group of MIBs."""
