"""People, their roles and tokens, and the record of what was done and who looked."""
