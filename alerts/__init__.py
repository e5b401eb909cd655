"""Events, the ledger, incidents and notifications."""
