"""A city that lives, and what a run of it leaves behind: records, figures, plots, reports."""
