"""Accounts elsewhere that are proven to be somebody's: to sign in with, or to play as."""
