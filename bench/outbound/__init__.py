"""Messages on their way out, against a loopback stand-in for Telegram: bare client, peer, and our dispatch."""
