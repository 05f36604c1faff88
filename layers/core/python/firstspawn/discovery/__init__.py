"""Finding servers: what is asked of the search index, and what is put into it."""
