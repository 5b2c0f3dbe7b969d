"""Migrations, written by hand; they never import living code."""
