"""The labs: numbered folders are loaded by path and never imported; `labs.capstone` is a package."""
