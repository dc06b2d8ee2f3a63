"""Four ways of writing a description down, read into one model of blocks."""
