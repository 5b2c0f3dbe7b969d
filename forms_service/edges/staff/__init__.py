"""The staff page: `routes` puts it together, `door` guards it; each group of views has its module."""
