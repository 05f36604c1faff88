"""The HTTP kernel: from an event to a view and back, the same for every route."""
