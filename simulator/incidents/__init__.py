"""One file an incident or decoy, found by discovery: a new one is a new file that sets `INCIDENT`."""
