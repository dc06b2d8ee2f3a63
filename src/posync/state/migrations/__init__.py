"""How the tables came to be, step by step; what has been released is never edited."""
