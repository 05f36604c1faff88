"""Rate limits: the seed's table of limits, counted in one write a request."""
