"""What one may do to keep the census true, by subject."""
