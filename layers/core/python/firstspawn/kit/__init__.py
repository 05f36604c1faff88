"""Pure helpers. Nothing here imports anything else of ours."""
