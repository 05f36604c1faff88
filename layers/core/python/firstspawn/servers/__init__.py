"""The registry of game servers: what their owners say of them, and who may say it."""
