"""What people report, and what the staff decides about it."""
