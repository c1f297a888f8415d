"""What makes one web site of the rooms: settings, addresses, server."""
