"""HTTP: what is at which address, how a request becomes an operation, and how a result becomes a response."""
