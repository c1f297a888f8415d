"""Puts this folder on the path, so that the tests in it find `golden`."""
