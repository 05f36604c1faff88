"""Websockets: the ticket that opens one, the connections there are, what is said over them."""
