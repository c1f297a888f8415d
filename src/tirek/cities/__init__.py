"""City profiles: what a city has and where, read from `city.toml` and the files next to it."""
