"""The HTTP side: what a client may send, and what it is answered."""
