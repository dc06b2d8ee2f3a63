"""What a backlog is, what may be said of it, and what may be done to it: plain values."""
