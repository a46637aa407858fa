"""What a plan says, apart from the database: written down as JSON, read back, compared. No Django."""
