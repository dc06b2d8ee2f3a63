"""The fewest writes that turn one order into another."""
