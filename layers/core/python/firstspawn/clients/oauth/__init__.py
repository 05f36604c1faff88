"""Who somebody is elsewhere: the providers one can sign in with."""
