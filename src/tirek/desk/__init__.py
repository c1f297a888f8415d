"""The dispatcher's desk: calls, triage, placements."""
