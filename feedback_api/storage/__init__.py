"""Where comments, wordings and accounts are kept: files, and what reads and writes them."""
