"""What posync remembers between runs, on SQLite or PostgreSQL."""
