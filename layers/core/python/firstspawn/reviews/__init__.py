"""Reviews of servers: written once per user and server, verified by playtime, voted on."""
