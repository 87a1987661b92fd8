"""Forms, by subject."""
