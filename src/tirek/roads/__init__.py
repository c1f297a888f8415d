"""The road graph of a city from an OSM extract, and the minutes an ambulance needs on it."""
