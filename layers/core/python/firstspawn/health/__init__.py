"""Whether what is behind us answers."""
