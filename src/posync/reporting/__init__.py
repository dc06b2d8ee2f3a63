"""One plan or run as a terminal table, JSON, Markdown or HTML."""
