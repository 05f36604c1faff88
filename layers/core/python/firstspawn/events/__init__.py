"""What happens because something changed in the table: rules, messages, effects done once."""
