"""Downloader middlewares: between the engine and the wire."""
