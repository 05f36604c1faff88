"""What follows from a change in the table: rules, and the messages they send."""
