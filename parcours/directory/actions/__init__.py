"""What one may do, by subject: `people`, `organisations`, `records`, `services`."""
