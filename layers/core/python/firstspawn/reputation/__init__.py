"""What somebody's deeds are worth to others: a ledger, and the balance it comes to."""
