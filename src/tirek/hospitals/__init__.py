"""The rooms' hospitals: beds as reported, promised and free."""
