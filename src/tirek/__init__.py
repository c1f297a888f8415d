"""Tirek: the situation centre of a city in an epidemic."""

__version__ = "0.1.0"
