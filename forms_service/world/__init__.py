"""What the rules need of the outside: settings, secrets, database, built site, key derivation."""
