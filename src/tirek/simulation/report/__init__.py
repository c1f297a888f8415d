"""A run as one page that needs nothing else: no network, server or fonts; in Kazakh, Russian and English."""

from tirek.simulation.report.write import render, write_report

__all__ = ["render", "write_report"]
