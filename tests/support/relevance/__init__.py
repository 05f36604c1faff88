"""A search to be judged: a corpus, what people ask of it, and what they mean."""
