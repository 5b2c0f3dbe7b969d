"""Pure rules: no clock, no network, no database, no environment, no randomness."""
