"""Pictures: granted uploads, checked and made anew before anybody sees them."""
