"""The end of an account: asked for, slept on, carried out."""
