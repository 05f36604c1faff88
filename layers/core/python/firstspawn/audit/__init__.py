"""Who of the staff did what to whom, and why: written with the deed, never changed."""
