"""Favourites: the servers somebody keeps."""
