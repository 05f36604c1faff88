"""What the domain does because of a change, after the answer: events and who reacts to them."""
