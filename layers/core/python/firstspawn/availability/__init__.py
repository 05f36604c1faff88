"""What owners plan for their servers' availability, and what they are told of it."""
