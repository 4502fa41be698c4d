"""One module per page; each is a page's script and does nothing when imported."""
