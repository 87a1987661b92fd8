"""A service in words: on its page, on paper, in a message."""
