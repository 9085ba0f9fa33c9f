"""Fetches what the sites list; interprets nothing, and knows no database."""
