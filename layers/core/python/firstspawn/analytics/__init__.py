"""What owners see of their servers over time."""
