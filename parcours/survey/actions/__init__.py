"""What one may do with a survey, by subject."""
