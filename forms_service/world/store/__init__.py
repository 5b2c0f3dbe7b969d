"""Every query, by noun. Functions take a connection; their callers own the transaction."""
