"""What people do with the portal, one module per side; each function owns its transaction."""
